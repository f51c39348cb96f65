/** Line colours that are told apart in both themes and by most eyes (Okabe and Ito, darkened or lightened), with dashes
 * for the rest: 3 : 1 against the background (WCAG 1.4.11). */
const LIGHT = ["#00688b", "#b34700", "#007355", "#a3397c", "#6b5b00", "#5a4fcf", "#c22f2f", "#4d4d4d"];
const DARK = ["#56b4e9", "#f0a35e", "#3ecfa4", "#e08cc3", "#e6d94c", "#a79bff", "#ff8a8a", "#c8c8c8"];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

export interface LineStyle {
  color: string;
  dash: number[];
}

export function lineStyle(index: number, dark: boolean): LineStyle {
  const colors = dark ? DARK : LIGHT;
  return {
    color: colors[index % colors.length] ?? "#888",
    dash: DASHES[Math.floor(index / colors.length) % DASHES.length] ?? [],
  };
}
