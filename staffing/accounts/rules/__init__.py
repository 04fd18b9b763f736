"""What holds for PINs and lock-outs: values in, values out."""
