"""What flagd defines: its flag definitions, their JsonLogic, and its own operators."""
