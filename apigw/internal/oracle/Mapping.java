import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.app.event.*;
import org.apache.velocity.context.Context;
import org.apache.velocity.runtime.RuntimeConstants;
import org.apache.velocity.util.introspection.Info;
import com.jayway.jsonpath.*;
import net.minidev.json.*;
import net.minidev.json.parser.JSONParser;

/** Runs mapping templates with the real Velocity 1.7 and Jayway JsonPath behind an API-Gateway-shaped $input/$util/$context/$stageVariables.
 *  Input lines: {"template","body","params":{path,querystring,header},"context":{},"stageVariables":{},
 *                "vars":{extra top-level references}, "mode":"aws"|"empty"|"velocity", "props":{velocity property overrides}}
 *  Output lines: {"out":...} or {"error":"Class: message"}; with "dump":["a.b"] also {"dump":{...}} of top-level references afterwards. */
public class Mapping {
  static final Configuration CONF = Configuration.defaultConfiguration();

  /** $input */
  public static class Input {
    final String body; final Map<String,Object> params; Object root; boolean parsed; RuntimeException perr;
    Input(String b, Map<String,Object> p) { body = b; params = p; }
    public String getBody() { return body == null || body.isEmpty() ? "{}" : body; }
    private Object eval(String path) {
      // an empty payload reads as the text {} everywhere on AWS (recorded for body and parameter mapping; user logs for json('$'))
      if (!parsed) { parsed = true; root = CONF.jsonProvider().parse(getBody()); }
      if ("$".equals(path) || root == null) return root;
      try { return JsonPath.compile(path).read(root, CONF); }
      catch (PathNotFoundException e) { return null; }
    }
    public Object path(String p) { return eval(p); }
    public String json(String p) {
      Object o = eval(p);
      if (o == null) return "\"\"";
      return JSONValue.toJSONString(o, JSONStyle.LT_COMPRESS);
    }
    public Map<String,Object> params() { return params; }
    public String params(String n) {
      for (String k : new String[]{"path","querystring","header"}) {
        Object m = params.get(k);
        if (m instanceof Map && ((Map<?,?>) m).containsKey(n)) { Object v = ((Map<?,?>) m).get(n); return v == null ? null : v.toString(); }
      }
      return "";
    }
    // public String toString() deliberately left to Object
  }

  /** $util */
  public static class Util {
    public String escapeJavaScript(String s) { return org.apache.commons.lang.StringEscapeUtils.escapeJavaScript(s); }
    public Object parseJson(String s) { return CONF.jsonProvider().parse(s); }
    public String urlEncode(String s) throws Exception { return java.net.URLEncoder.encode(s, "UTF-8"); }
    public String urlDecode(String s) throws Exception { return java.net.URLDecoder.decode(s, "UTF-8"); }
    public String base64Encode(String s) { return Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8)); }
    public String base64Decode(String s) { return new String(Base64.getDecoder().decode(s), StandardCharsets.UTF_8); }
  }

  /** context maps: AWS prints a nested $context map as the empty string (recorded) */
  public static class CtxMap extends LinkedHashMap<String,Object> {
    CtxMap(Map<String,Object> m) { for (Map.Entry<String,Object> e : m.entrySet()) put(e.getKey(), wrap(e.getValue())); }
    @SuppressWarnings("unchecked") static Object wrap(Object o) { return o instanceof Map ? new CtxMap((Map<String,Object>) o) : o; }
    @Override public String toString() { return ""; }
  }

  public static class EmptyRefs implements InvalidReferenceEventHandler {
    public Object invalidGetMethod(Context c, String ref, Object o, String prop, Info i) { return ""; }
    public boolean invalidSetMethod(Context c, String l, String r, Info i) { return false; }
    public Object invalidMethod(Context c, String ref, Object o, String m, Info i) { return ""; }
  }

  /** "aws" is Velocity in which templates define no macros and have no #evaluate, and null references are empty;
   *  "empty" is the latter alone. */
  static VelocityEngine engine(Map<String,Object> props, boolean aws) {
    VelocityEngine ve = new VelocityEngine();
    ve.setProperty(RuntimeConstants.RUNTIME_LOG_LOGSYSTEM_CLASS, "org.apache.velocity.runtime.log.NullLogChute");
    ve.setProperty("input.encoding", "UTF-8"); ve.setProperty("output.encoding", "UTF-8");
    ve.setProperty("resource.loader", "string");
    ve.setProperty("string.resource.loader.class", "org.apache.velocity.runtime.resource.loader.StringResourceLoader");
    if (props != null) for (Map.Entry<String,Object> e : props.entrySet()) ve.setProperty(e.getKey(), e.getValue());
    if (aws) ve.setProperty("velocimacro.permissions.allow.inline", "false");
    ve.init();
    if (aws) ve.removeDirective("evaluate");
    return ve;
  }

  @SuppressWarnings("unchecked")
  static Map<String,Object> map(Object o) { return o == null ? new LinkedHashMap<String,Object>() : (Map<String,Object>) o; }

  static VelocityContext context(Map<String,Object> c, boolean empty) {
    VelocityContext ctx = new VelocityContext(new HashMap<String,Object>());
    Map<String,Object> params = new LinkedHashMap<>();
    Map<String,Object> given = map(c.get("params"));
    for (String k : new String[]{"path","querystring","header"}) params.put(k, map(given.get(k)));
    ctx.put("input", new Input((String) c.get("body"), params));
    ctx.put("util", new Util());
    ctx.put("context", empty ? new CtxMap(map(c.get("context"))) : map(c.get("context")));
    ctx.put("stageVariables", map(c.get("stageVariables")));
    for (Map.Entry<String,Object> e : map(c.get("vars")).entrySet()) ctx.put(e.getKey(), e.getValue());
    if (empty) { EventCartridge ec = new EventCartridge(); ec.addEventHandler(new EmptyRefs()); ec.attachToContext(ctx); }
    return ctx;
  }

  static Map<String,Object> run(Map<String,Object> c) {
    Map<String,Object> res = new LinkedHashMap<>();
    boolean aws = "aws".equals(c.get("mode"));
    VelocityContext ctx = context(c, aws || "empty".equals(c.get("mode")));
    try {
      VelocityEngine ve = engine(map(c.get("props")), aws);
      StringWriter w = new StringWriter();
      ve.evaluate(ctx, w, "t", (String) c.get("template"));
      res.put("out", w.toString());
    } catch (Throwable t) {
      Throwable r = t;
      String m = String.valueOf(r.getMessage());
      res.put("error", r.getClass().getSimpleName() + ": " + (m.length() > 300 ? m.substring(0, 300) : m)
          + (r.getCause() != null ? " | cause " + r.getCause().getClass().getSimpleName() + ": " + r.getCause().getMessage() : ""));
    }
    if (c.get("dump") != null) {
      Map<String,Object> d = new LinkedHashMap<>();
      for (Object k : (List<?>) c.get("dump")) { Object v = ctx.get((String) k); d.put((String) k, v == null ? null : v.getClass().getName() + " " + v); }
      res.put("dump", d);
    }
    return res;
  }

  public static void main(String[] a) throws Exception {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
    PrintStream saved = System.out; System.setOut(System.err);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      if (line.trim().isEmpty()) continue;
      JSONParser p = new JSONParser(JSONParser.MODE_PERMISSIVE);
      Object o = p.parse(line, JSONValue.defaultReader.DEFAULT_ORDERED);
      out.println(JSONValue.toJSONString(run(map(o)), JSONStyle.NO_COMPRESS));
    }
  }
}
