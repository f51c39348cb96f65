import type { CSSVariablesResolver } from "@mantine/core";
import { createTheme } from "@mantine/core";

export const theme = createTheme({
  fontFamily: "'Vazirmatn Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
  headings: { fontFamily: "'Vazirmatn Variable', system-ui, sans-serif", fontWeight: "650" },
  primaryColor: "cyan",
  primaryShade: 9,
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
  light: { "--mantine-color-dimmed": "#5c636a", "--mantine-color-error": "#c92a2a", ...lightText(darker) },
  dark: { "--mantine-color-dimmed": "#a6a7ab", "--mantine-color-error": "#ff8787", ...lightText(paler), ...FILLED },
});

const darker = (color: string) => `color-mix(in srgb, var(--mantine-color-${color}-9), black 35%)`;
const paler = (color: string) => `var(--mantine-color-${color}-2)`;

// Between two shades: 4.5 : 1 under white words, 3 : 1 on the page.
const FILLED = { "--mantine-color-cyan-filled": "#0b7a8e", "--mantine-primary-color-filled": "#0b7a8e" };

/** The text of badges and alerts of the variant "light". */
function lightText(shade: (color: string) => string): Record<string, string> {
  const colors = ["gray", "red", "orange", "yellow", "green", "teal", "cyan", "blue", "grape"];
  return Object.fromEntries(colors.map((color) => [`--mantine-color-${color}-light-color`, shade(color)]));
}
