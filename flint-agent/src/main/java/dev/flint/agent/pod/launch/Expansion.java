package dev.flint.agent.pod.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code $(NAME)} in values, commands and arguments, as Kubernetes has it: {@code $$} is one {@code
 * $}, and what names no variable stays as it is.
 */
final class Expansion {
  private Expansion() {}

  static String expand(String text, Map<String, String> variables) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '$' || i + 1 == text.length()) {
        out.append(c);
        continue;
      }
      char next = text.charAt(i + 1);
      int close = next == '(' ? text.indexOf(')', i) : -1;
      if (close > 0) {
        String value = variables.get(text.substring(i + 2, close));
        out.append(value == null ? text.substring(i, close + 1) : value);
        i = close;
      } else if (next == '$') {
        out.append('$');
        i++;
      } else {
        out.append('$');
      }
    }
    return out.toString();
  }

  static List<String> expand(List<String> texts, Map<String, String> variables) {
    List<String> out = new ArrayList<>(texts.size());
    for (String text : texts) {
      out.add(expand(text, variables));
    }
    return out;
  }
}
