import type { Text } from ".";
import { analytics } from "./en/analytics";
import { chart } from "./en/chart";
import { common } from "./en/common";
import { datasets } from "./en/datasets";
import { errors } from "./en/errors";
import { home } from "./en/home";
import { hub } from "./en/hub";
import { newTraining } from "./en/newTraining";
import { resources } from "./en/resources";
import { settings } from "./en/settings";
import { shell } from "./en/shell";
import { signIn } from "./en/sign-in";
import { studio } from "./en/studio";
import { training } from "./en/training";

export const en: Text = {
  analytics,
  chart,
  common,
  datasets,
  errors,
  home,
  hub,
  newTraining,
  resources,
  settings,
  shell,
  signIn,
  studio,
  training,
};
