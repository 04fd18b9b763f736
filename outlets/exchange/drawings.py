"""Addresses as drawings that a telephone reads."""

import base64

import qrcode
from qrcode.image.svg import SvgPathImage


def qr_code(text: str) -> str:
    """Return the QR code of a text as the address of an image."""
    image = qrcode.make(text, image_factory=SvgPathImage)
    encoded = base64.b64encode(image.to_string()).decode()
    return f"data:image/svg+xml;base64,{encoded}"
