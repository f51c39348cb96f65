import { useQuery } from "@tanstack/react-query";
import { recipesQuery, trainingAssetsQuery } from "../../../api/training";
import { Loaded } from "../../../parts/Loading";
import { Page } from "../../../parts/Page";
import { useText } from "../../../text";
import { NewTrainingForm } from "./NewTrainingForm";

export default function NewTrainingPage() {
  const text = useText();
  const recipes = useQuery(recipesQuery);
  const assets = useQuery(trainingAssetsQuery);
  return (
    <Page title={text.newTraining.title}>
      <Loaded query={recipes} lines={8}>
        {(known) => (
          <Loaded query={assets} lines={8}>
            {(installed) => <NewTrainingForm recipes={known} assets={installed} />}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}
