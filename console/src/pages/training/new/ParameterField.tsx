import { Select, Switch, TextInput } from "@mantine/core";
import type { RecipeParameter } from "../../../api/schema";
import { NumberField } from "../../../parts/NumberField";
import { usePreferences } from "../../../shell/preferences";
import { useText } from "../../../text";
import { useFormat } from "../../../text/format";
import type { ConfigValue } from "./draft";

interface Props {
  parameter: RecipeParameter;
  /** undefined: the default. */
  value: ConfigValue | undefined;
  onChange: (value: ConfigValue | undefined) => void;
  error: string | null;
}

/** The field of one parameter of a recipe, with its help, its bounds and its default. */
export function ParameterField({ parameter, value, onChange, error }: Props) {
  const text = useText();
  const words = text.newTraining;
  const format = useFormat();
  const persian = usePreferences().preferences.language === "fa";
  const { name, type, minimum, maximum } = parameter;
  const known = text.training.parameters[name];
  const label = known ? `${known} (${name})` : name;
  const bound = (limit: number) => (type === "int" ? format.integer(limit) : format.number(limit, 6));
  const bounds = minimum != null && maximum != null ? words.bounds(bound(minimum), bound(maximum)) : "";
  const description = [persian ? parameter.helpFa : parameter.help, bounds].filter(Boolean).join(" ");
  const change = (chosen: ConfigValue) => onChange(chosen === parameter.default ? undefined : chosen);
  const shown = value === undefined ? parameter.default : value;
  switch (type) {
    case "int":
    case "float":
      return (
        <NumberField
          label={label}
          description={description}
          value={typeof shown === "number" ? shown : null}
          onChange={(typed) => (typed === null ? onChange(undefined) : change(typed))}
          min={minimum}
          max={maximum}
          integer={type === "int"}
          error={error}
        />
      );
    case "bool":
      return (
        <Switch
          label={label}
          description={description}
          checked={shown === true}
          error={error}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <Select
          label={label}
          description={description}
          value={String(shown)}
          data={parameter.choices ?? []}
          allowDeselect={false}
          error={error}
          onChange={(chosen) => chosen !== null && change(chosen)}
        />
      );
    case "string":
      return (
        <TextInput
          label={label}
          description={description}
          value={String(shown ?? "")}
          error={error}
          styles={{ input: { direction: "ltr", textAlign: "start" } }}
          autoComplete="off"
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
  }
}
