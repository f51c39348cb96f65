/** Line icons of 24 × 24, drawn for this console. `mirrored` ones point along the reading direction. */

const PATHS = {
  home: "M4 11.5 12 4.5l8 7V20h-5.5v-5h-5v5H4z",
  hub: "M12 3.5v11m0 0-4-4m4 4 4-4M4.5 15v4.5h15V15",
  datasets:
    "M4.5 6.5c0-1.4 3.4-2.5 7.5-2.5s7.5 1.1 7.5 2.5S16.100 9 12 9 4.500 7.900 4.500 6.500zm0 0v11c0 1.400 3.400 2.500 7.500 2.500s7.500-1.100 7.500-2.500v-11M4.500 12c0 1.400 3.400 2.500 7.500 2.500s7.500-1.100 7.500-2.500",
  training: "M4 20V4m0 16h16M7.500 8c1.500 6.500 5 8.500 11.500 9",
  analytics: "M5 20v-7m5 7V8m5 12v-9m5 9V4",
  studio: "M5 10v4m3.500-7v10M12 4v16m3.500-13v10M19 10v4",
  resources: "M4 4.500h16v6H4zm0 9h16v6H4zM7.500 7.500h.01m-.01 9h.01",
  settings: "M4 7h9m4 0h3M4 17h3m4 0h9M15 4.800v4.400M9 14.800v4.400",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.500 10 17.500 19.500 7",
  copy: "M8.500 8.500h11v11h-11zM15.500 8.500v-4h-11v11h4",
  play: "M8 5.500v13l10.500-6.500z",
  pause: "M8.500 5.500v13m7-13v13",
  stop: "M6.500 6.500h11v11h-11z",
  retry: "M19.500 12a7.500 7.500 0 1 1-2.300-5.400M19.500 3.500v4h-4",
  trash: "M5 7h14M10 7V4.500h4V7m3 0-.8 12.500H7.800L7 7m3 4v5m4-5v5",
  plus: "M12 5v14M5 12h14",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zm4.800-1.700L20 20",
  download: "M12 4v11m0 0-4.500-4.500M12 15l4.500-4.500M5 19.500h14",
  upload: "M12 15V4m0 0L7.500 8.500M12 4l4.500 4.500M5 19.500h14",
  sun: "M12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM12 2.500v2m0 15v2m9.500-9.500h-2m-15 0h-2m16.200-6.700-1.400 1.400M6.700 17.300l-1.400 1.400m13.400 0-1.400-1.400M6.700 6.700 5.300 5.300",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  keyboard: "M3 6.500h18v11H3zm3.500 3.500h.01m3.500 0h.01m3.500 0h.01m3.500 0h.01M8 14h8",
  user: "M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.5-4 3.500-6 7.500-6s7 2 7.500 6",
  warning: "M12 4 3 19.500h18zm0 6v4.500m0 2.500v.01",
  info: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zm0-9v5m0-8v.01",
  table: "M4 5h16v14H4zm0 5h16m-16 4.500h16M10 10v9",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1m2 3.700a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1",
  back: "M5 12h14M11 6l-6 6 6 6",
  chevron: "M9 5.500 15.500 12 9 18.500",
} as const;

export type IconName = keyof typeof PATHS;

interface Props {
  name: IconName;
  size?: number;
  mirrored?: boolean;
}

export function Icon({ name, size = 18, mirrored = false }: Props) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={mirrored ? "mirrored" : undefined}
      style={{ flexShrink: 0 }}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
