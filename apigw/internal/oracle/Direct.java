import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import com.jayway.jsonpath.*;
import net.minidev.json.*;

/** Reads values with JsonPath and json-smart alone: lines of {"body", "path"} in, {"out"} or {"error"} out. */
public class Direct {
  @SuppressWarnings("unchecked")
  public static void main(String[] a) throws Exception {
    PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, "UTF-8");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Configuration conf = Configuration.defaultConfiguration();
    for (String line; (line = in.readLine()) != null; ) {
      Map<String,Object> c = (Map<String,Object>) JSONValue.parse(line), res = new LinkedHashMap<>();
      try {
        Object doc = conf.jsonProvider().parse((String) c.get("body")), v = doc;
        String path = (String) c.get("path");
        if (path != null && doc != null && !path.equals("$")) {
          try { v = JsonPath.compile(path).read(doc, conf); } catch (PathNotFoundException e) { v = null; }
        }
        res.put("out", v == null ? "" : v + "|" + JSONValue.toJSONString(v, JSONStyle.LT_COMPRESS) + "|" + v.getClass().getName());
      } catch (Throwable t) {
        res.put("error", t.getClass().getSimpleName() + ": " + t.getMessage());
      }
      out.println(JSONValue.toJSONString(res, JSONStyle.NO_COMPRESS));
    }
    out.flush();
  }
}
