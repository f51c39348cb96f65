import { Button, Radio, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Recipe } from "../../../api/schema";
import { Section } from "../../../parts/Section";
import { usePreferences } from "../../../shell/preferences";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import type { ConfigValue, Draft } from "./draft";
import { ParameterField } from "./ParameterField";
import { groupParameters, searchParameters } from "./parameters";
import { inputDir } from "../../../parts/inputDir";

interface Props {
  recipe: Recipe;
  config: Draft["config"];
  onChange: (config: Draft["config"]) => void;
  /** The parameter that the gateway has refused, and why. */
  refused: { field: string; message: string } | null;
}

/** The parameters of a recipe: the preset, what most people change, and the rest on request or by search. */
export function ParametersSection({ recipe, config, onChange, refused }: Props) {
  const text = useText();
  const words = text.newTraining;
  const format = useFormat();
  const persian = usePreferences().preferences.language === "fa";
  const [search, setSearch] = useState("");
  const [all, setAll] = useState(false);
  const [resets, setResets] = useState(0);
  const { preset, usual, others } = groupParameters(recipe);
  const changedOthers = others.filter(({ name }) => name in config || name === refused?.field);
  const listed = search.trim() || all ? [...usual, ...others] : [...usual, ...changedOthers];
  const shown = searchParameters(listed, search, text.training.parameters);
  const set = (name: string, value: ConfigValue | undefined) => {
    const rest = Object.fromEntries(Object.entries(config).filter(([key]) => key !== name));
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  const changed = Object.keys(config).length;
  return (
    <Section
      title={words.parameters}
      actions={
        changed > 0 && (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              onChange({});
              setResets(resets + 1); // fields forget what they did not take
            }}
          >
            {words.defaults(format.integer(changed))}
          </Button>
        )
      }
    >
      {preset && (
        <Radio.Group
          label={words.preset}
          description={persian ? preset.helpFa : preset.help}
          value={String(config.preset ?? preset.default)}
          onChange={(value) => set("preset", value === preset.default ? undefined : value)}
          error={refused?.field === "preset" ? refused.message : null}
        >
          <Stack gap="xs" mt="xs">
            {(preset.choices ?? []).map((choice) => (
              <Radio
                key={choice}
                value={choice}
                label={words.presets[choice] ?? choice}
                description={words.presetHelp[choice]}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      <TextInput
        label={words.search}
        type="search"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        maw={360}
        {...inputDir("auto")}
      />
      {shown.length === 0 && <Text c="dimmed">{words.noParameter}</Text>}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {shown.map((parameter) => (
          <ParameterField
            key={`${recipe.name} ${resets} ${parameter.name}`}
            parameter={parameter}
            value={config[parameter.name]}
            onChange={(value) => set(parameter.name, value)}
            error={refused?.field === parameter.name ? refused.message : null}
          />
        ))}
      </SimpleGrid>
      {!search.trim() && others.length > 0 && (
        <Button variant="default" size="xs" onClick={() => setAll(!all)} aria-expanded={all} w="fit-content">
          {all ? words.fewer : words.more(format.integer(others.length))}
        </Button>
      )}
    </Section>
  );
}
