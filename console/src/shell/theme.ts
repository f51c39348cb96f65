import type { CSSVariablesResolver } from "@mantine/core";
import { createTheme } from "@mantine/core";

export const theme = createTheme({
  fontFamily: "'Vazirmatn Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
  headings: { fontFamily: "'Vazirmatn Variable', system-ui, sans-serif", fontWeight: "650" },
  primaryColor: "cyan",
  primaryShade: { light: 9, dark: 8 },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Badge: { defaultProps: { variant: "light", tt: "none" } },
    Anchor: { defaultProps: { underline: "always" } },
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true } } },
  },
});

// Mantine's dimmed text is 3.3 : 1 and its light badge 4.3 : 1 on white; WCAG asks for 4.5 : 1.
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-error": "#c92a2a",
    ...lightText((color) => `color-mix(in srgb, var(--mantine-color-${color}-9) 70%, black)`),
  },
  dark: {
    "--mantine-color-dimmed": "#a6a7ab",
    "--mantine-color-error": "#ff8787",
    "--mantine-primary-color-filled": "#0b7e91", // white on Mantine's shade is 4.34 : 1
    ...lightText((color) => `var(--mantine-color-${color}-2)`),
  },
});

function lightText(textOf: (color: string) => string): Record<string, string> {
  const colors = ["gray", "red", "orange", "yellow", "green", "teal", "cyan", "blue", "grape"];
  return Object.fromEntries(colors.map((color) => [`--mantine-color-${color}-light-color`, textOf(color)]));
}
