import type { Text } from ".";
import { common } from "./en/common";
import { errors } from "./en/errors";
import { home } from "./en/home";
import { shell } from "./en/shell";
import { signIn } from "./en/sign-in";

export const en: Text = { common, errors, home, shell, signIn };
