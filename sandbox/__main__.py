"""`python -m sandbox`: both services, until interrupted."""

import argparse
import threading

from sandbox import Sandbox


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Two simulated calendar services.")
    parser.add_argument("--address", default="127.0.0.1", help="address to bind (default: %(default)s)")
    parser.add_argument("--http-port", type=int, default=0, help="of Feishu and the pages (default: any)")
    parser.add_argument("--https-port", type=int, default=0, help="of Microsoft (default: any)")
    parser.add_argument("--host", action="append", default=[], help="another name for the certificate")
    parser.add_argument("--empty", action="store_true", help="without the sample calendar")
    chosen = parser.parse_args()
    sandbox = Sandbox(
        sample=not chosen.empty,
        address=chosen.address,
        http_port=chosen.http_port,
        https_port=chosen.https_port,
        hosts=chosen.host,
    )
    with sandbox:
        print("Both calendars:     ", sandbox.page_url)
        print("Feishu:             ", sandbox.feishu_url)
        print("  App ID and secret:", sandbox.feishu.app_id, sandbox.feishu.app_secret)
        print("Microsoft authority:", sandbox.authority_url)
        print("Microsoft Graph:    ", sandbox.graph_url)
        print("  Client ID:        ", sandbox.microsoft.client_id)
        print("  Certificates:     ", sandbox.ca_file, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
