import { Button, Group, Slider, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { CurveSearch } from "./search";
import { rangeOf } from "./search";

/** Smoothing, scale and zoom of all charts of a page. */
export function CurveControls({ search, onChange }: { search: CurveSearch; onChange: (changes: CurveSearch) => void }) {
  const text = useText();
  const words = text.training;
  const format = useFormat();
  const range = rangeOf(search);
  const [smooth, setSmooth] = useState(search.smooth ?? 0);
  return (
    <Group gap="lg" className="no-print" align="flex-end">
      <Stack gap={2} w={220}>
        <Text size="sm" id="smoothing">
          {words.smoothing} <span className="numbers">{format.number(smooth, 2)}</span>
        </Text>
        <Slider
          value={smooth}
          onChange={setSmooth}
          onChangeEnd={(value) => onChange({ smooth: value || undefined })}
          min={0}
          max={0.99}
          step={0.01}
          label={null}
          thumbProps={{ "aria-labelledby": "smoothing" }}
          thumbLabel={words.smoothing}
        />
      </Stack>
      <Switch
        label={words.logScale}
        checked={search.log === true}
        onChange={(event) => onChange({ log: event.currentTarget.checked || undefined })}
      />
      {range && (
        <Button size="xs" variant="default" onClick={() => onChange({ from: undefined, to: undefined })}>
          {text.chart.reset} (
          <span className="numbers">
            {format.integer(range.from)}–{format.integer(range.to)}
          </span>
          )
        </Button>
      )}
    </Group>
  );
}
