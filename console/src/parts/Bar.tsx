import { Progress } from "@mantine/core";

interface Props {
  /** 0 to 100. */
  value: number;
  label: string;
  /** The value in words. */
  valueText?: string;
  color?: string;
  moving?: boolean;
}

/** A bar with a name and a value for screen readers. */
export function Bar({ value, label, valueText, color, moving = false }: Props) {
  return (
    <Progress.Root size="md">
      <Progress.Section
        value={value}
        color={color}
        striped={moving}
        animated={moving}
        aria-label={label}
        aria-valuetext={valueText}
      />
    </Progress.Root>
  );
}
