// Judges the workflows: by an ASL validator, and by running them with JSONata's reference implementation.
// Tasks answer as each scenario says; waits take no time. Prints, for each, what is wrong with it.
const fs = require("fs");
const path = require("path");
const jsonata = require("jsonata");
const aslValidator = require("asl-validator").default ?? require("asl-validator");

const WORKFLOWS = path.join(__dirname, "..", "workflows");
const TASK = { clinic_id: "main-street", adjustment_id: "A1", invoice_update_due_at: "2026-11-25T07:00:00Z" };
const DAY = { clinic_id: "main-street", adjustment_id: "A1", applies_at: "2026-12-01T05:00:00Z" };
const ONE = { clinic_id: "main-street", adjustment_id: "A1" };
const NOTICE = { clinic_id: "main-street", cause: "renewal-2026-12" };
const NIGHT = { at: "2026-11-25T11:00:00Z", segments: 3 };
const FAILURE = { error: "States.Timeout", cause: "took too long" };
const done = (clinics) => (payload) => ({ ...payload, outcome: "done", cursor: null, sums: [clinics] });

// What each function answers, in turn; the last answer for ever. `kept` is the message to the dead-letter queue.
const SCENARIOS = {
  invoice_update: [
    { name: "all goes well", input: TASK, answers: { UpdateInvoice: [{ outcome: "invoiced" }], SendConfirmation: [{ outcome: "sent" }] }, end: "Ended",
      asked: { UpdateInvoice: [{ clinic_id: "main-street", adjustment_id: "A1" }], SendConfirmation: [{ clinic_id: "main-street", adjustment_id: "A1" }] } },
    { name: "parked", input: TASK, answers: { UpdateInvoice: [{ outcome: "invoiced" }], SendConfirmation: [{ outcome: "parked" }] }, end: "Ended" },
    { name: "cancelled", input: TASK, answers: { UpdateInvoice: [{ outcome: "cancelled" }] }, end: "Ended", asked: { SendConfirmation: [] } },
    { name: "an unknown outcome", input: TASK, answers: { UpdateInvoice: [{ outcome: "odd" }] }, end: "Failed",
      kept: { execution: "EXECUTION", clinic_id: "main-street", adjustment_id: "A1", task: "update_invoice", cause: "The outcome was odd" } },
    { name: "no outcome", input: TASK, answers: { UpdateInvoice: [{ outcome: null }] }, end: "Failed" },
    { name: "the mail fails", input: TASK, answers: { UpdateInvoice: [{ outcome: "invoiced" }], SendConfirmation: [FAILURE] }, end: "Failed",
      kept: { execution: "EXECUTION", clinic_id: "main-street", adjustment_id: "A1", task: "send_confirmation", cause: "States.Timeout: took too long" } },
  ],
  scheduled_adjustment: [
    { name: "applied", input: DAY, answers: { ApplyScheduledAdjustment: [{ outcome: "applied" }] }, end: "Ended",
      asked: { ApplyScheduledAdjustment: [ONE], SendConfirmation: [] } },
    { name: "cancelled", input: DAY, answers: { ApplyScheduledAdjustment: [{ outcome: "cancelled" }] }, end: "Ended", asked: { SendConfirmation: [] } },
    { name: "lapsed", input: DAY, answers: { ApplyScheduledAdjustment: [{ outcome: "lapsed" }], SendConfirmation: [{ outcome: "sent" }] }, end: "Ended",
      asked: { SendConfirmation: [ONE] } },
    { name: "lapsed, and parked", input: DAY, answers: { ApplyScheduledAdjustment: [{ outcome: "lapsed" }], SendConfirmation: [{ outcome: "parked" }] }, end: "Ended" },
    { name: "an unknown outcome", input: DAY, answers: { ApplyScheduledAdjustment: [{ outcome: "odd" }] }, end: "Failed",
      kept: { execution: "EXECUTION", ...ONE, task: "apply_scheduled_adjustment", cause: "The outcome was odd" } },
    { name: "the mail fails", input: DAY, answers: { ApplyScheduledAdjustment: [{ outcome: "lapsed" }], SendConfirmation: [FAILURE] }, end: "Failed",
      kept: { execution: "EXECUTION", ...ONE, task: "send_confirmation", cause: "States.Timeout: took too long" } },
  ],
  notices: [
    { name: "sent", input: NOTICE, answers: { SendNotice: [{ outcome: "sent" }] }, end: "SendNotice", asked: { SendNotice: [NOTICE] } },
    { name: "the mail fails", input: NOTICE, answers: { SendNotice: [FAILURE] }, end: "Failed",
      kept: { execution: "EXECUTION", clinic_id: "main-street", notice: NOTICE.cause, task: "send_notice", cause: "States.Timeout: took too long" } },
  ],
  billing_reconciliation: [
    { name: "three segments, one in two parts", input: NIGHT,
      answers: { ReconcileBilling: [(payload) => ({ ...payload, outcome: "more", cursor: ["CLINIC#x", "CLINIC"], sums: [2] }), done(5)], SummarizeReconciliation: [{ findings: 0 }] }, end: "SummarizeReconciliation",
      asked: { SummarizeReconciliation: [{ at: NIGHT.at, segments: [0, 1, 2].map((segment) => ({ segment, sums: [5] })) }] } },
    { name: "one segment", input: { ...NIGHT, segments: 1 }, answers: { ReconcileBilling: [done(1)], SummarizeReconciliation: [{ findings: 0 }] }, end: "SummarizeReconciliation",
      asked: { SummarizeReconciliation: [{ at: NIGHT.at, segments: [{ segment: 0, sums: [1] }] }] } },
    { name: "a moment to come", input: NIGHT, answers: { ReconcileBilling: [(payload) => ({ ...payload, outcome: "refused", cursor: null })] }, end: "Failed" },
    { name: "a segment fails", input: NIGHT, answers: { ReconcileBilling: [FAILURE] }, end: "Failed",
      kept: { execution: "EXECUTION", at: NIGHT.at, task: "reconcile_billing", cause: "States.Timeout: took too long" } },
    { name: "the report fails", input: NIGHT, answers: { ReconcileBilling: [done(1)], SummarizeReconciliation: [FAILURE] }, end: "Failed",
      kept: { execution: "EXECUTION", at: NIGHT.at, task: "summarize_reconciliation", cause: "States.Timeout: took too long" } },
  ],
};

class Failure extends Error {
  constructor(error, cause) {
    super(`${error}: ${cause}`);
    Object.assign(this, { error, cause });
  }
}

// A string within {% %} is evaluated, as Step Functions does it; an expression without a value is an error there.
async function evaluated(value, states) {
  if (typeof value === "string" && value.startsWith("{%")) {
    const found = await jsonata(value.slice(2, -2)).evaluate({}, { states });
    if (found === undefined) throw new Failure("States.QueryEvaluationError", `${value} is nothing`);
    return JSON.parse(JSON.stringify(found));
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => evaluated(item, states)));
  if (value === null || typeof value !== "object") return value;
  const items = await Promise.all(Object.entries(value).map(async ([key, item]) => [key, await evaluated(item, states)]));
  return Object.fromEntries(items);
}

async function run(machine, input, world, context) {
  let name = machine.StartAt;
  for (let steps = 0; steps < 100; steps += 1) {
    const state = machine.States[name];
    const states = { input, context: { ...context, State: { RetryCount: 0 } } };
    try {
      if (state.Type === "Fail") {
        const cause = await evaluated(state.Cause, states);
        return { failed: new Failure(state.Error, cause), end: name };
      }
      if (state.Type === "Wait") {
        const until = await evaluated(state.Timestamp, states);
        if (Number.isNaN(Date.parse(until))) throw new Failure("States.Runtime", `${until} is no time`);
      }
      if (state.Type === "Choice") {
        const held = [];
        for (const choice of state.Choices) held.push(await evaluated(choice.Condition, states));
        if (held.some((it) => typeof it !== "boolean")) throw new Failure("States.QueryEvaluationError", "no boolean");
        name = held.includes(true) ? state.Choices[held.indexOf(true)].Next : state.Default;
        continue;
      }
      if (state.Type === "Task") states.result = await world.task(state.Resource, await evaluated(state.Arguments, states));
      if (state.Type === "Map") states.result = await mapped(state, states, world);
      if ("Output" in state) input = await evaluated(state.Output, states);
      else if (states.result !== undefined) input = states.result;
    } catch (failure) {
      const caught = (state.Catch ?? []).find((it) => it.ErrorEquals.includes("States.ALL"));
      if (!(failure instanceof Failure) || !caught) throw failure;
      const errorOutput = { Error: failure.error, Cause: failure.cause };
      input = await evaluated(caught.Output, { ...states, errorOutput });
      name = caught.Next;
      continue;
    }
    if (state.End || state.Type === "Succeed") return { output: input, end: name };
    name = state.Next;
  }
  throw new Failure("States.Runtime", "it does not end");
}

async function mapped(state, states, world) {
  const results = [];
  for (const [index, value] of (await evaluated(state.Items, states)).entries()) {
    const context = { ...states.context, Map: { Item: { Index: index, Value: value } } };
    const input = await evaluated(state.ItemSelector, { ...states, context });
    const ended = await run(state.ItemProcessor, input, world, context);
    if (ended.failed) throw ended.failed;
    results.push(ended.output);
  }
  return results;
}

class World {
  constructor(answers) {
    Object.assign(this, { answers, asked: {}, kept: undefined });
  }

  async task(resource, given) {
    if (resource.endsWith(":sqs:sendMessage")) {
      this.kept = given.MessageBody;
      return {};
    }
    const name = given.FunctionName.slice(2, -1);
    const asked = (this.asked[name] ??= []);
    asked.push(given.Payload);
    const answers = this.answers[name];
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (answer.error) throw new Failure(answer.error, answer.cause);
    return { Payload: typeof answer === "function" ? answer(given.Payload) : answer };
  }
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

async function judged(machine, scenario) {
  const world = new World(scenario.answers);
  const ended = await run(machine, scenario.input, world, { Execution: { Id: "EXECUTION" } });
  const wrong = [];
  if (ended.end !== scenario.end) wrong.push(`ends in ${ended.end}: ${JSON.stringify(ended)}`);
  if (scenario.kept && !same(world.kept, scenario.kept)) wrong.push(`keeps ${JSON.stringify(world.kept)}`);
  if (ended.end === "Failed" && !world.kept) wrong.push("keeps nothing of its failure");
  for (const [name, expected] of Object.entries(scenario.asked ?? {})) {
    if (!same(world.asked[name] ?? [], expected)) wrong.push(`asks ${name}: ${JSON.stringify(world.asked[name])}`);
  }
  return wrong;
}

async function main() {
  const told = {};
  for (const file of fs.readdirSync(WORKFLOWS)) {
    const name = path.basename(file, ".asl.json");
    const machine = JSON.parse(fs.readFileSync(path.join(WORKFLOWS, file), "utf8"));
    const { errors } = aslValidator(machine, { checkPaths: true, checkArn: false });
    const asl = errors.map((error) => JSON.stringify(error));
    const jsonataSays = [];
    for (const scenario of SCENARIOS[name]) {
      try {
        jsonataSays.push(...(await judged(machine, scenario)).map((wrong) => `${scenario.name}: ${wrong}`));
      } catch (error) {
        jsonataSays.push(`${scenario.name}: ${error.message}`);
      }
    }
    told[name] = { "asl-validator": { passed: Object.keys(machine.States).length, findings: asl },
      jsonata: { passed: SCENARIOS[name].length, findings: jsonataSays } };
  }
  console.log(JSON.stringify(told));
}

main();
