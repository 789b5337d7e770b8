"""Microsoft's side of the sandbox: sign-in and the calendar part of Graph v1.0, as strict as the service."""
