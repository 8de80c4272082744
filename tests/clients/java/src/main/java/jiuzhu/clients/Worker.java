package jiuzhu.clients;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.camunda.bpm.client.ExternalTaskClient;
import org.camunda.bpm.client.interceptor.auth.BasicAuthProvider;
import org.camunda.bpm.client.task.ExternalTask;
import org.camunda.bpm.client.task.ExternalTaskService;
import org.camunda.bpm.client.variable.ClientValues;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.engine.variable.value.FileValue;
import org.camunda.bpm.engine.variable.value.TypedValue;

/**
 * A worker made with camunda-external-task-client: topic WRITE does with each task what PLAN says of its case and brings
 * a value of every type, topic READ says of each of them whether it came back as it was.
 */
public class Worker {

  static final Date DAY = new Date(1769822625000L);
  static final byte[] CONTENT = "第一行\n第二行\n".getBytes(StandardCharsets.UTF_8);
  static final Household HOUSEHOLD = new Household("来访人甲", List.of(71, 8));
  static final Map<String, Integer> SEEN = new HashMap<>();

  public static void main(String[] arguments) {
    Map<String, String> given = System.getenv();
    Map<String, String> plan = new HashMap<>();
    for (String pair : given.get("PLAN").split(",")) {
      plan.put(pair.split("=")[0], pair.split("=")[1]);
    }
    ExternalTaskClient client = ExternalTaskClient.create()
        .baseUrl(given.get("ENGINE_REST"))
        .workerId("java")
        .asyncResponseTimeout(5000)
        .lockDuration(20000)
        .addInterceptor(new BasicAuthProvider(given.get("WORKER"), given.get("PASSWORD")))
        .build();
    client.subscribe(given.get("WRITE")).handler((task, service) -> write(task, service, plan)).open();
    client.subscribe(given.get("READ")).handler(Worker::read).open();
  }

  static void write(ExternalTask task, ExternalTaskService service, Map<String, String> plan) {
    String what = plan.get(task.getBusinessKey());
    int times = SEEN.merge(task.getId(), 1, Integer::sum);
    System.out.println(what + " " + times + " " + task.getRetries());
    if (what.equals("fail") || (what.equals("retry") && times == 1)) {
      service.handleFailure(task, "java: 没有应答", "第一行\n第二行", what.equals("fail") ? 0 : 1, 0);
    } else if (what.equals("error")) {
      service.handleBpmnError(task, "NOT_FOUND", "java: 查无此人", Map.of("typed_text", "查过户籍"));
    } else {
      service.extendLock(task, 30000);
      service.complete(task, everything());
    }
  }

  static VariableMap everything() {
    return Variables.createVariables()
        .putValueTyped("typed_text", Variables.stringValue("文字"))
        .putValueTyped("typed_short", Variables.shortValue((short) 7))
        .putValueTyped("typed_whole", Variables.integerValue(42))
        .putValueTyped("typed_long", Variables.longValue(43L))
        .putValueTyped("typed_large", Variables.longValue(1L << 40))
        .putValueTyped("typed_double", Variables.doubleValue(3.25))
        .putValueTyped("typed_yes", Variables.booleanValue(true))
        .putValueTyped("typed_date", Variables.dateValue(DAY))
        .putValueTyped("typed_none", Variables.untypedNullValue())
        .putValueTyped("typed_bytes", Variables.byteArrayValue(CONTENT))
        .putValueTyped("typed_json", ClientValues.jsonValue("{\"a\":[1,2.5,\"三\"]}"))
        .putValueTyped("typed_object", Variables.objectValue(HOUSEHOLD).serializationDataFormat("application/json").create())
        .putValueTyped("typed_file",
            Variables.fileValue("走访记录.txt").file(CONTENT).mimeType("text/plain").encoding("UTF-8").create());
  }

  /** Completes with one line for each variable that did not come back as it was written; none is ''. */
  static void read(ExternalTask task, ExternalTaskService service) {
    Map<String, String> wrong = new TreeMap<>();
    VariableMap written = everything();
    for (String name : written.keySet()) {
      try {
        TypedValue want = written.getValueTyped(name);
        TypedValue have = task.getVariableTyped(name);
        if (want.getType().getName().equals("null")) {
          // An input that is null is left out: asking for it gives null all the same.
          if (task.getVariable(name) != null) {
            wrong.put(name, "is not null");
          }
        } else if (have == null) {
          wrong.put(name, "is missing");
        } else if (!want.getType().equals(have.getType())) {
          wrong.put(name, have.getType().getName() + " instead of " + want.getType().getName());
        } else if (want instanceof FileValue file) {
          FileValue found = (FileValue) have;
          if (!file.getFilename().equals(found.getFilename()) || !"text/plain".equals(found.getMimeType())
              || !"UTF-8".equals(found.getEncoding()) || !same(task.getVariable(name))) {
            wrong.put(name, "another file: " + found.getFilename() + " " + found.getMimeType() + " " + found.getEncoding());
          }
        } else if (name.equals("typed_bytes") ? !same(task.getVariable(name)) : !equal(want.getValue(), have.getValue())) {
          wrong.put(name, "another value: " + have.getValue());
        }
      } catch (Exception error) {
        wrong.put(name, error.toString());
      }
    }
    System.out.println("read " + wrong);
    service.complete(task, Map.of("typed_wrong", wrong.isEmpty() ? "" : wrong.toString()));
  }

  static boolean equal(Object want, Object have) {
    return want == null ? have == null : want.toString().equals(String.valueOf(have)) || want.equals(have);
  }

  static boolean same(Object content) throws java.io.IOException {
    byte[] found = content instanceof java.io.InputStream stream ? stream.readAllBytes() : (byte[]) content;
    return java.util.Arrays.equals(CONTENT, found);
  }
}
