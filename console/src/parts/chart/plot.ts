/** The only file that knows uPlot. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { LineStyle } from "./colors";

export interface Line extends LineStyle {
  label: string;
  /** Thin and pale: the values behind a smoothed line. */
  faint?: boolean;
}

export type Columns = [x: number[], ...ys: (number | null)[][]];
export interface Range {
  from: number;
  to: number;
}

export interface PlotOptions {
  lines: Line[];
  log: boolean;
  height: number;
  dark: boolean;
  font: string;
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  /** A person has chosen a range with the mouse. */
  onSelect: (range: Range) => void;
  /** The row under the cursor, null outside. */
  onCursor: (index: number | null) => void;
}

export interface Plot {
  setData: (data: Columns, range: Range | null) => void;
  setWidth: (width: number) => void;
  picture: () => Promise<Blob | null>;
  destroy: () => void;
}

const WHOLE = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat(); // steps
const LABEL = 7; // px of a digit in the font of the axes

/** Draw lines over steps: x from left to right in both directions of writing, the y axis beside the newest value. */
export function createPlot(element: HTMLElement, data: Columns, options: PlotOptions): Plot {
  const plot = new uPlot(uplotOptions(element, options), data, element);
  plot.over.addEventListener("dblclick", (event) => event.stopImmediatePropagation(), { capture: true });
  return {
    setData(columns, range) {
      plot.setData(columns, false);
      const first = columns[0][0] ?? 0;
      const last = columns[0].at(-1) ?? 1;
      plot.setScale("x", { min: range?.from ?? first, max: range?.to ?? Math.max(last, first + 1) });
    },
    setWidth(width) {
      plot.setSize({ width, height: options.height });
    },
    picture: () =>
      new Promise((resolve) => {
        const copy = document.createElement("canvas");
        copy.width = plot.ctx.canvas.width;
        copy.height = plot.ctx.canvas.height;
        const context = copy.getContext("2d");
        if (!context) {
          resolve(null);
          return;
        }
        context.fillStyle = options.dark ? "#242424" : "#ffffff";
        context.fillRect(0, 0, copy.width, copy.height);
        context.drawImage(plot.ctx.canvas, 0, 0);
        copy.toBlob(resolve);
      }),
    destroy: () => plot.destroy(),
  };
}

function uplotOptions(element: HTMLElement, options: PlotOptions): uPlot.Options {
  const ink = options.dark ? "#c9c9c9" : "#495057";
  const grid = { stroke: options.dark ? "#3b3b3b" : "#e9ecef", width: 1 };
  const font = `12px ${options.font}`;
  return {
    width: Math.max(120, element.clientWidth),
    height: options.height,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
    scales: { x: { time: false }, y: options.log ? { distr: 3, log: 10 } : {} },
    axes: [
      { stroke: ink, font, grid, ticks: grid, incrs: WHOLE, values: (_, ticks) => ticks.map(options.formatX) },
      {
        side: 1,
        size: (_, labels: string[] | null) =>
          Math.max(48, 16 + LABEL * Math.max(0, ...(labels ?? []).map((label) => label.length))),
        stroke: ink,
        font,
        grid,
        ticks: grid,
        values: (_, ticks) => ticks.map((tick: number | null) => (tick === null ? "" : options.formatY(tick))),
      },
    ],
    series: [
      {},
      ...options.lines.map((line) => ({
        label: line.label,
        stroke: line.faint ? `${line.color}55` : line.color,
        width: line.faint ? 1 : 1.75,
        dash: line.dash,
        spanGaps: true,
        points: { show: line.faint ? false : undefined, size: 5 },
      })),
    ],
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          options.onSelect({ from: plot.posToVal(left, "x"), to: plot.posToVal(left + width, "x") });
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        },
      ],
      setCursor: [(plot) => options.onCursor(plot.cursor.idx ?? null)],
    },
  };
}
