"""What controls are made of: a dial, a menu, a number and its name, a button that stays pressed."""
