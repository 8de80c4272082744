// A worker made with camunda-external-task-client-js: does with each task what PLAN says of its case.
import { BasicAuthInterceptor, Client, Variables } from "camunda-external-task-client-js";

const plan = JSON.parse(process.env.PLAN);
const client = new Client({
  baseUrl: process.env.ENGINE_REST,
  workerId: "js",
  interceptors: new BasicAuthInterceptor({ username: process.env.WORKER, password: process.env.PASSWORD }),
  asyncResponseTimeout: 5000,
  lockDuration: 20000,
});
const seen = new Map();

client.subscribe(process.env.TOPIC, async ({ task, taskService }) => {
  const what = plan[task.businessKey];
  const times = (seen.get(task.id) ?? 0) + 1;
  seen.set(task.id, times);
  if (what === "fail" || (what === "retry" && times === 1)) {
    await taskService.handleFailure(task, {
      errorMessage: "js: 没有应答", errorDetails: "第一行\n第二行", retries: what === "fail" ? 0 : 1, retryTimeout: 0,
    });
  } else if (what === "error") {
    await taskService.handleBpmnError(task, "NOT_FOUND", "js: 查无此人");
  } else {
    await taskService.extendLock(task, 30000);
    const out = new Variables();
    out.set("typed_text", `js:${task.variables.get("programme") ?? ""}`);
    out.set("typed_whole", 42);
    out.set("typed_yes", true);
    out.setTyped("typed_date", { type: "date", value: new Date(Date.UTC(2026, 0, 31)), valueInfo: {} });
    out.set("typed_json", { a: [1, 2] });
    await taskService.complete(task, out);
  }
  console.log(`${what} ${times}`);
});
