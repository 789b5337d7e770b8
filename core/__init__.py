"""The product without a face: no Qt, no tray, no argparse, no text for people."""
