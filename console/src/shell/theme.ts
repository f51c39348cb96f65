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
  light: { "--mantine-color-dimmed": "#5c636a", "--mantine-color-error": "#c92a2a", ...lightText(9), ...DARKER },
  dark: { "--mantine-color-dimmed": "#a6a7ab", "--mantine-color-error": "#ff8787", ...lightText(2), ...FILLED },
});

// Their darkest shade has less than 4.5 : 1 on the lightest one.
const DARKER = {
  "--mantine-color-green-light-color": "#216b30",
  "--mantine-color-teal-light-color": "#076048",
  "--mantine-color-yellow-light-color": "#7a4a00",
  "--mantine-color-orange-light-color": "#9c3407",
};

// Between two shades: 4.5 : 1 under white words, 3 : 1 on the page.
const FILLED = { "--mantine-color-cyan-filled": "#0b7a8e", "--mantine-primary-color-filled": "#0b7a8e" };

function lightText(shade: number): Record<string, string> {
  const colors = ["gray", "red", "orange", "yellow", "green", "teal", "cyan", "blue", "grape"];
  return Object.fromEntries(
    colors.map((color) => [`--mantine-color-${color}-light-color`, `var(--mantine-color-${color}-${shade})`]),
  );
}
