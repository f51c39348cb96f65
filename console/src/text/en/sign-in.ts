import type { Text } from "..";

export const signIn: Text["signIn"] = {
  title: "Sign in to Sokhan",
  name: "User name",
  password: "Password",
  token: "Installation token",
  tokenHelp: "The value of SOKHAN_TOKEN, set at installation.",
  submit: "Sign in",
  register: "Make an account",
  registerTitle: "Make an account",
  displayName: "Display name",
  passwordHelp: "At least 10 characters.",
  haveAccount: "I have an account",
  noAccount: "I have no account",
  byInvitation: "A new account needs an invitation of an administrator. Open its link.",
  closed: "Registration is closed; ask an administrator.",
  reset: "Forgot the password? The administrator of the machine makes a new link with:",
  ended: "Your session has ended. Sign in again.",
};
