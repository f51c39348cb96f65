import type { Text } from ".";
import { chart } from "./en/chart";
import { common } from "./en/common";
import { datasets } from "./en/datasets";
import { errors } from "./en/errors";
import { home } from "./en/home";
import { hub } from "./en/hub";
import { resources } from "./en/resources";
import { settings } from "./en/settings";
import { shell } from "./en/shell";
import { signIn } from "./en/sign-in";

export const en: Text = { chart, common, datasets, errors, home, hub, resources, settings, shell, signIn };
