import { analytics } from "./fa/analytics";
import { chart } from "./fa/chart";
import { common } from "./fa/common";
import { datasets } from "./fa/datasets";
import { errors } from "./fa/errors";
import { home } from "./fa/home";
import { hub } from "./fa/hub";
import { newTraining } from "./fa/newTraining";
import { resources } from "./fa/resources";
import { settings } from "./fa/settings";
import { shell } from "./fa/shell";
import { signIn } from "./fa/sign-in";
import { studio } from "./fa/studio";
import { training } from "./fa/training";

export const fa = {
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
