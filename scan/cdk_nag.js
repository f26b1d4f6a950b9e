// Judges CloudFormation templates by two packs of cdk-nag: for each the rules that failed, as JSON.
const { App, Stack } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");
const { AwsSolutionsChecks, NagRuleCompliance, ServerlessChecks } = require("cdk-nag");

function judge(templateFile, Pack) {
  const app = new App();
  const template = new CfnInclude(new Stack(app, "Stack"), "Template", { templateFile });
  const pack = new Pack(app);
  let passed = 0;
  // A pack tells what failed only: what passed is counted on the way.
  const applyRule = pack.applyRule.bind(pack);
  pack.applyRule = (asked) => {
    const rule = (resource) => {
      const outcome = asked.rule(resource);
      passed += outcome === NagRuleCompliance.COMPLIANT ? 1 : 0;
      return outcome;
    };
    Object.defineProperty(rule, "name", { value: asked.rule.name });
    applyRule({ ...asked, rule });
  };
  const findings = pack.validateScope(template).violations.flatMap((violation) => {
    const [, rule, detail] = /^([^[]*)(.*)$/.exec(violation.ruleName);
    return violation.violatingResources.map(({ constructPath }) => ({
      rule, detail, resource: constructPath.split("/").pop(), text: violation.description,
    }));
  });
  return { passed, findings };
}

console.log(JSON.stringify(process.argv.slice(2).map((file) => ({
  AwsSolutions: judge(file, AwsSolutionsChecks),
  Serverless: judge(file, ServerlessChecks),
}))));
