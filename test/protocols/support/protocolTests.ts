import { describePolicy, type PolicyTests } from "./policyTests.ts";
import { describeRecipe, type RecipeTests } from "./recipeTests.ts";
import { Stage } from "./stage.ts";

/** Describes the policies and the recipes of one protocol, on a chain where `setUp` has put its contracts. */
export function describeProtocol(
  title: string,
  setUp: (stage: Stage) => Promise<void>,
  policies: Record<string, PolicyTests>,
  recipes: Record<string, RecipeTests> = {},
): void {
  describe(title, () => {
    let stage: Stage;
    before(async function () {
      // Some contracts are compiled here, once.
      this.timeout(0);
      stage = await Stage.open();
      await setUp(stage);
    });
    after(() => stage.close());
    for (const [name, tests] of Object.entries(policies)) describePolicy(name, tests, () => stage);
    for (const [name, tests] of Object.entries(recipes)) describeRecipe(name, tests, () => stage);
  });
}
