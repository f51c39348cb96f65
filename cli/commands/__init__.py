"""What each command does with the gateway, a file for each topic."""
