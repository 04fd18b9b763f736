"""What is held about a person: handing it out, erasing it, keeping it no longer."""
