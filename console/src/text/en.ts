import type { Text } from ".";
import { analytics } from "./en/analytics";
import { chart } from "./en/chart";
import { common } from "./en/common";
import { errors } from "./en/errors";
import { home } from "./en/home";
import { newTraining } from "./en/newTraining";
import { settings } from "./en/settings";
import { shell } from "./en/shell";
import { signIn } from "./en/sign-in";
import { studio } from "./en/studio";
import { training } from "./en/training";

export const en: Text = {
  analytics,
  chart,
  common,
  errors,
  home,
  newTraining,
  settings,
  shell,
  signIn,
  studio,
  training,
};
