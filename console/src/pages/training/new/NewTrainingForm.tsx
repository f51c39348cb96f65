import { Alert, Button, Group, Radio, Stack } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../../api/client";
import { asApiError } from "../../../api/errors";
import { jobsKey, runsQuery } from "../../../api/jobs";
import type { AssetView, Recipe } from "../../../api/schema";
import { CommandLine } from "../../../parts/CommandLine";
import { ErrorAlert } from "../../../parts/ErrorAlert";
import { Form } from "../../../parts/Form";
import { Section } from "../../../parts/Section";
import { usePreferences } from "../../../shell/preferences";
import { useText } from "../../../text";
import { trainCommand } from "../command";
import type { Draft } from "./draft";
import { emptyDraft, firstDraft, fitted, requestOf, storeDraft, storedDraft } from "./draft";
import { estimate } from "./estimate";
import { EstimateText } from "./EstimateText";
import { fieldOfError } from "./parameters";
import { ParametersSection } from "./ParametersSection";
import { DataSection, ModelsSection } from "./SourceSection";

const route = getRouteApi("/training/new");

/** Recipe, data, models, parameters; then what it will take, the command that does the same, and the start. */
export function NewTrainingForm({ recipes, assets }: { recipes: Recipe[]; assets: AssetView[] }) {
  const text = useText();
  const words = text.newTraining;
  const { dataset } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const persian = usePreferences().preferences.language === "fa";
  const runs = useInfiniteQuery(runsQuery).data?.pages.flatMap((page) => page.data) ?? [];
  const [draft, setDraft] = useState(() => firstDraft(storedDraft(), recipes, assets, dataset));
  const [clears, setClears] = useState(0);
  const recipe = recipes.find(({ name }) => name === draft.recipe);
  const start = useMutation({
    mutationFn: () => ask(api.POST("/api/training", { body: requestOf(draft) })),
    onSuccess: (run) => {
      storeDraft(null);
      void client.invalidateQueries({ queryKey: jobsKey("training") });
      return navigate({ to: "/training/$run", params: { run: run.id } });
    },
  });
  const replace = (changed: Draft) => {
    setDraft(changed);
    storeDraft(changed);
    start.reset(); // an error is about what was sent
  };
  if (!recipe) return <Alert color="yellow" role="alert" title={words.noRecipes} />;

  const change = (changes: Partial<Draft>) => replace({ ...draft, ...changes });
  const error = start.error && asApiError(start.error);
  const field =
    error &&
    fieldOfError(
      error,
      recipe.parameters.map(({ name }) => name),
    );
  const refused = error && field ? { field, message: error.message } : null;
  const sources = { recipe, assets, draft, onChange: change, refused };
  const config = { ...Object.fromEntries(recipe.parameters.map((p) => [p.name, p.default])), ...draft.config };
  const datasets = assets.filter(({ id }) => draft.datasets.includes(id));
  return (
    <Form onSubmit={() => start.mutate()} noValidate>
      <Stack gap="lg">
        <Section title={words.recipe}>
          <Radio.Group
            aria-label={words.recipe}
            value={recipe.name}
            onChange={(name) => {
              const chosen = recipes.find((known) => known.name === name);
              if (chosen) replace(fitted(draft, chosen, assets));
            }}
          >
            <Stack gap="xs">
              {recipes.map(({ name, title, titleFa }) => (
                <Radio key={name} value={name} label={persian ? titleFa : title} description={<bdi>{name}</bdi>} />
              ))}
            </Stack>
          </Radio.Group>
        </Section>
        <DataSection {...sources} />
        <ModelsSection {...sources} />
        <ParametersSection
          key={clears}
          recipe={recipe}
          config={draft.config}
          onChange={(changed) => change({ config: changed })}
          refused={refused}
        />
        <Section title={words.review}>
          <EstimateText estimate={estimate({ ...draft, config, datasets }, runs)} />
          <CommandLine command={trainCommand(requestOf(draft))} />
          {error && <ErrorAlert error={error} />}
          <Group>
            <Button type="submit" loading={start.isPending}>
              {words.start}
            </Button>
            <Button
              variant="default"
              onClick={() => {
                replace(emptyDraft(recipe.name));
                setClears(clears + 1); // fields forget what they did not take
              }}
            >
              {words.clear}
            </Button>
          </Group>
        </Section>
      </Stack>
    </Form>
  );
}
