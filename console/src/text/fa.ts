import { analytics } from "./fa/analytics";
import { chart } from "./fa/chart";
import { common } from "./fa/common";
import { errors } from "./fa/errors";
import { home } from "./fa/home";
import { newTraining } from "./fa/newTraining";
import { settings } from "./fa/settings";
import { shell } from "./fa/shell";
import { signIn } from "./fa/sign-in";
import { studio } from "./fa/studio";
import { training } from "./fa/training";

export const fa = { analytics, chart, common, errors, home, newTraining, settings, shell, signIn, studio, training };
