import { Group, SegmentedControl, Select, Slider, Stack, Text, Textarea } from "@mantine/core";
import type { RefObject } from "react";
import { useId } from "react";
import type { VoiceCard } from "../../api/schema";
import { NumberField } from "../../parts/NumberField";
import { useText } from "../../text";
import { useFormat } from "../../text/format";
import type { SpeechForm } from "./request";
import type { Place } from "./SpeakTab";
import { inputDir } from "../../parts/inputDir";

interface Props {
  form: SpeechForm;
  card: VoiceCard | undefined;
  voices: VoiceCard[];
  onChange: (changes: Partial<SpeechForm>) => void;
  onSubmit: () => void;
  place: Place;
  onPlace: (place: Place) => void;
  fieldRef: RefObject<HTMLTextAreaElement | null>;
}

const FORMATS: SpeechForm["format"][] = ["mp3", "opus", "aac", "flac", "wav"];

export function SpeechFields({ form, card, voices, onChange, onSubmit, place, onPlace, fieldRef }: Props) {
  const text = useText();
  const format = useFormat();
  const words = text.studio;
  const placeId = useId();
  const speakers = card?.speakers ?? [];
  return (
    <Stack gap="sm">
      <Textarea
        ref={fieldRef}
        label={words.text}
        description="Ctrl + Enter"
        placeholder={words.textPlaceholder}
        {...inputDir("auto")}
        autosize
        minRows={3}
        maxRows={14}
        value={form.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit();
        }}
      />
      <Group align="flex-end" gap="md">
        <Select
          label={words.voice}
          value={form.voice}
          data={voices.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` }))}
          onChange={(voice) => voice && onChange({ voice })}
          allowDeselect={false}
          searchable
          w={{ base: "100%", sm: 280 }}
        />
        {speakers.length > 1 && (
          <Select
            label={words.speaker}
            value={form.speaker}
            data={speakers}
            onChange={(speaker) => onChange({ speaker })}
            clearable
            searchable
          />
        )}
        <NumberField label={words.seed} value={form.seed} onChange={(seed) => onChange({ seed })} min={0} integer />
        <Select
          label={words.format}
          value={form.format}
          data={FORMATS}
          onChange={(chosen) => chosen && onChange({ format: chosen })}
          allowDeselect={false}
          w={100}
        />
        <Stack gap={2} w={200}>
          <Text size="sm" fw={500}>
            {words.speed}: {format.number(form.speed, 3)}
          </Text>
          <Slider
            thumbLabel={words.speed}
            value={form.speed}
            onChange={(speed) => onChange({ speed })}
            min={0.5}
            max={2}
            step={0.05}
            label={(speed) => format.number(speed, 3)}
          />
        </Stack>
        <Stack gap={2}>
          <Text size="sm" fw={500} id={placeId}>
            {words.where}
          </Text>
          <SegmentedControl<Place>
            aria-labelledby={placeId}
            value={place}
            onChange={onPlace}
            data={[
              { value: "gateway", label: words.places.gateway },
              { value: "browser", label: words.places.browser },
            ]}
          />
        </Stack>
      </Group>
      <Text size="xs" c="dimmed">
        {words.seedHelp}
      </Text>
    </Stack>
  );
}
