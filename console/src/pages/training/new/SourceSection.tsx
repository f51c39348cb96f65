import { Button, Checkbox, Code, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { AssetView, Recipe } from "../../../api/schema";
import { CommandLine } from "../../../parts/CommandLine";
import { Bytes, Name } from "../../../parts/inline";
import { Section } from "../../../parts/Section";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import type { Draft } from "./draft";
import { fitsModel, takesRecogniser, takesTeacher } from "./draft";
import { inputDir } from "../../../parts/inputDir";

interface Props {
  recipe: Recipe;
  assets: readonly AssetView[];
  draft: Draft;
  onChange: (changes: Partial<Draft>) => void;
  refused: { field: string; message: string } | null;
}

/** Which data a run learns from. */
export function DataSection({ recipe, assets, draft, onChange, refused }: Props) {
  const text = useText();
  const words = text.newTraining;
  const format = useFormat();
  const datasets = assets.filter(({ kind, status }) => kind === "dataset" && status === "ready");
  const fitting = datasets.filter(({ type }) => recipe.datasets.includes(type));
  const hidden = datasets.length - fitting.length;
  if (recipe.datasets.length === 0) return null;
  return (
    <Section title={words.data}>
      {fitting.length === 0 ? (
        <Stack gap="xs">
          <Text>{words.noData}</Text>
          <Button component={Link} to="/datasets" w="max-content">
            {text.datasets.upload.title}
          </Button>
          <CommandLine command="sokhan datasets add ./my-voice.zip" />
        </Stack>
      ) : (
        <Checkbox.Group
          label={words.chooseData}
          value={draft.datasets}
          onChange={(chosen) => onChange({ datasets: chosen })}
          error={refused?.field === "datasets" ? refused.message : null}
        >
          <Stack gap="xs" mt="xs">
            {fitting.map((asset) => (
              <Checkbox
                key={asset.id}
                value={asset.id}
                label={<Name>{asset.id}</Name>}
                description={<DataFacts asset={asset} />}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      {hidden > 0 && (
        <Text size="sm" c="dimmed">
          {words.notFitting(format.integer(hidden))} <Code className="ltr">{recipe.datasets.join(", ")}</Code>
        </Text>
      )}
    </Section>
  );
}

function DataFacts({ asset }: { asset: AssetView }) {
  const words = useText().newTraining;
  const format = useFormat();
  const { items, hours } = asset.details;
  return (
    <Group gap="xs" component="span">
      {items != null && <span>{words.items(format.integer(items))}</span>}
      {hours != null && <span>{format.duration(hours * 3600)}</span>}
      <Bytes value={asset.size} />
    </Group>
  );
}

/** The name of the run, and the models that it starts from, learns from and is measured by. */
export function ModelsSection({ recipe, assets, draft, onChange, refused }: Props) {
  const words = useText().newTraining;
  const models = assets.filter(({ kind, status }) => kind === "model" && status === "ready");
  const bases = models.filter((asset) => fitsModel(asset, recipe)).map(({ id }) => id);
  const recognisers = models.filter(({ details }) => details.transcribes).map(({ id }) => id);
  const error = (field: string) => (refused?.field === field ? refused.message : null);
  return (
    <Section title={words.models}>
      <Stack maw={480}>
        <Select
          label={words.base}
          description={bases.length ? words.baseHelp : words.noBase}
          placeholder={words.fromScratch}
          value={draft.baseModel}
          onChange={(baseModel) => onChange({ baseModel })}
          data={bases}
          error={error("baseModel")}
          clearable
          searchable
        />
        {takesTeacher(recipe) && (
          <Select
            label={words.teacher}
            description={words.teacherHelp}
            placeholder={words.noTeacher}
            value={draft.teacherModel}
            onChange={(teacherModel) => onChange({ teacherModel })}
            data={bases}
            error={error("teacherModel")}
            clearable
            searchable
          />
        )}
        {takesRecogniser(recipe) && recognisers.length > 0 && (
          <Select
            label={words.recogniser}
            description={words.recogniserHelp}
            value={draft.asrModel}
            onChange={(asrModel) => onChange({ asrModel })}
            data={recognisers}
            error={error("asrModel")}
            clearable
            searchable
          />
        )}
        <TextInput
          label={words.name}
          description={words.nameHelp}
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          error={error("name")}
          maxLength={96}
          {...inputDir("auto")}
        />
      </Stack>
    </Section>
  );
}
