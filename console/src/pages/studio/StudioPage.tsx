import { Button, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { voicesQuery } from "../../api/voices";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loading";
import { Page } from "../../parts/Page";
import { useText } from "../../text";
import { CompareTab } from "./CompareTab";
import { LexiconTab } from "./LexiconTab";
import { LongTab } from "./LongTab";
import { SpeakTab } from "./SpeakTab";
import type { StudioTab } from "./search";
import { TABS } from "./search";

const route = getRouteApi("/studio");

export default function StudioPage() {
  const text = useText();
  const navigate = route.useNavigate();
  const { tab = "speak" } = route.useSearch();
  const voices = useQuery(voicesQuery);
  return (
    <Page title={text.studio.title}>
      <Loaded query={voices}>
        {({ voices: found }) =>
          found.length === 0 ? (
            <Empty
              title={text.studio.noVoices}
              text={text.studio.noVoicesText}
              action={
                <Button renderRoot={(link) => <Link to="/hub" search={{ kind: "tts" }} {...link} />}>
                  {text.studio.toHub}
                </Button>
              }
              command="sokhan catalog"
            />
          ) : (
            <Tabs
              value={tab}
              keepMounted={false}
              onChange={(chosen) => void navigate({ search: (old) => ({ ...old, tab: chosen as StudioTab }) })}
            >
              <Tabs.List aria-label={text.studio.tabsLabel} mb="md">
                {TABS.map((name) => (
                  <Tabs.Tab key={name} value={name}>
                    {text.studio.tabs[name]}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value="speak">
                <SpeakTab voices={found} />
              </Tabs.Panel>
              <Tabs.Panel value="compare">
                <CompareTab voices={found} />
              </Tabs.Panel>
              <Tabs.Panel value="long">
                <LongTab voices={found} />
              </Tabs.Panel>
              <Tabs.Panel value="lexicon">
                <LexiconTab />
              </Tabs.Panel>
            </Tabs>
          )
        }
      </Loaded>
    </Page>
  );
}
