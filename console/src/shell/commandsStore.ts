import { createSpotlight } from "@mantine/spotlight";

/** The command palette, opened by Ctrl-K, a button or another part of the page. */
export const [commandsStore, { open: openCommands }] = createSpotlight();
