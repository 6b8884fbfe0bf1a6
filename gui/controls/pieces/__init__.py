"""What controls are made of: a dial, a menu, a number beside its name, a button that stays pressed."""
