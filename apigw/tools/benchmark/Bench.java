import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.apache.velocity.Template;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.parser.node.SimpleNode;

/** Renders with Velocity 1.7 and JsonPath for a number of seconds on request. Lines "cached SECONDS" or "parse SECONDS" in,
 *  renders per second out. The first line out is the output of one render as a JSON string. */
public class Bench {
  static String template, body;
  static RuntimeInstance engine;
  static Template cached;
  static final Map<String,Object> call = new LinkedHashMap<>();

  static Template compile() throws Exception {
    SimpleNode n = engine.parse(new StringReader(template), "b");
    Template t = new Template();
    t.setRuntimeServices(engine);
    t.setName("b");
    t.setData(n);
    t.initDocument();
    return t;
  }

  static String render(boolean parse) throws Exception {
    VelocityContext ctx = Mapping.context(call, true);
    StringWriter w = new StringWriter(4096);
    (parse ? compile() : cached).merge(ctx, w);
    return w.toString();
  }

  static double run(boolean parse, double seconds) throws Exception {
    long start = System.nanoTime(), end = start + (long) (seconds * 1e9);
    int n = 0, length = 0;
    while (System.nanoTime() < end) {
      for (int i = 0; i < 20; i++) length += render(parse).length();
      n += 20;
    }
    if (length == 1) System.out.print("");
    return n / ((System.nanoTime() - start) / 1e9);
  }

  public static void main(String[] args) throws Exception {
    template = new String(Files.readAllBytes(Paths.get(args[0])), StandardCharsets.UTF_8);
    body = new String(Files.readAllBytes(Paths.get(args[1])), StandardCharsets.UTF_8);
    Map<String,Object> params = new LinkedHashMap<>(), context = new LinkedHashMap<>();
    params.put("path", new LinkedHashMap<>(Collections.singletonMap("tenant", "t-1")));
    context.put("httpMethod", "POST");
    context.put("stage", "dev");
    context.put("identity", new LinkedHashMap<>(Collections.singletonMap("sourceIp", "1.2.3.4")));
    call.put("body", body);
    call.put("params", params);
    call.put("context", context);
    call.put("stageVariables", new LinkedHashMap<>(Collections.singletonMap("table", "T")));
    engine = new RuntimeInstance();
    engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
    engine.setProperty("resource.loader", "string");
    engine.setProperty("string.resource.loader.class", "org.apache.velocity.runtime.resource.loader.StringResourceLoader");
    engine.init();
    cached = compile();
    System.out.println(net.minidev.json.JSONValue.toJSONString(render(false)));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = in.readLine()) != null; ) {
      String[] words = line.split(" ");
      System.out.println(run(words[0].equals("parse"), Double.parseDouble(words[1])));
    }
  }
}
