import java.io.*;
import java.util.*;
import com.fasterxml.jackson.core.*;

/** Reads texts with Jackson's parser: a line with the bytes in base64 in, a line with the message of the exception in base64 out, or an empty line. */
public class Jackson {
  public static void main(String[] a) throws Exception {
    PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, "UTF-8");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    JsonFactory factory = new JsonFactory();
    for (String line; (line = in.readLine()) != null; ) {
      String message = "";
      int depth = 0, values = 0;
      try (JsonParser p = factory.createParser(Base64.getDecoder().decode(line))) {
        for (JsonToken t; (t = p.nextToken()) != null; ) {
          if (depth == 0 && values > 0) { message = "several values"; break; }
          if (t == JsonToken.VALUE_STRING) p.getText();
          if (t.isStructStart()) depth++;
          if (t.isStructEnd()) depth--;
          if (depth == 0) values++;
        }
        if (values == 0 && message.isEmpty()) message = "no value";
      } catch (IOException e) {
        message = e.getMessage();
      }
      out.println(Base64.getEncoder().encodeToString(message.getBytes("UTF-8")));
    }
    out.flush();
  }
}
