import { chart } from "./fa/chart";
import { common } from "./fa/common";
import { datasets } from "./fa/datasets";
import { errors } from "./fa/errors";
import { home } from "./fa/home";
import { hub } from "./fa/hub";
import { resources } from "./fa/resources";
import { settings } from "./fa/settings";
import { shell } from "./fa/shell";
import { signIn } from "./fa/sign-in";

export const fa = { chart, common, datasets, errors, home, hub, resources, settings, shell, signIn };
