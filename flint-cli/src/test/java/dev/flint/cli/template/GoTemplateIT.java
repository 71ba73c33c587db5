package dev.flint.cli.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonValue;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a template gives is what Go's own text/template makes of it. */
class GoTemplateIT {
  private static final String SOURCE = "go-template.go";

  /** Without null, which is nothing here as with docker, and {@code <no value>} in Go. */
  private static final String DATA =
      "{\"name\": \"web\", \"size\": 1234, \"big\": true, \"empty\": \"\", \"zero\": 0,"
          + " \"tags\": [\"a\", \"b\", \"c\"], \"no\": [], \"map\": {\"k\": \"v\", \"a-b\": 2},"
          + " \"list\": [{\"n\": 1}, {\"n\": 22}], \"large\": 9007199254740993, \"less\": -7}";

  private static final List<String> TEMPLATES =
      List.of(
          "{{.name}}:{{.size}} {{.large}} {{.less}}",
          "{{range $i, $e := .tags}}{{$i}}={{$e}},{{end}}",
          "{{range $k, $v := .map}}{{$k}}={{$v}},{{end}}",
          "{{range $e := .tags}}{{$e}}{{.}}{{end}}",
          "{{range .map}}{{.}},{{end}}",
          "{{range $i, $e := .no}}x{{else}}none{{end}}",
          "{{$x := .name}}{{$x}}{{$x = 5}}{{$x}}",
          "{{$x := 1}}{{range .tags}}{{$x = .}}{{end}}{{$x}}",
          "{{$x := 1}}{{range .tags}}{{$x := .}}{{end}}{{$x}}",
          "{{$x := .map}}{{$x.k}}{{with $y := .name}}{{$y}}{{.}}{{end}}",
          "{{if $x := .size}}{{$x}}{{else}}{{$x}}{{end}}",
          "{{with $x := .empty}}a{{else}}[{{$x}}]{{end}}",
          "{{if true}}{{$x := 1}}{{end}}{{$x}}",
          "{{$x}}",
          "{{$x = 1}}",
          "{{range $i, $j, $k := .tags}}{{end}}",
          "{{range $i, $e := .list}}{{if $i}}, {{end}}{{$e.n}}{{end}}",
          "{{and .zero (index .tags 9)}} {{or .name (index .tags 9)}}",
          "{{and .big .name}} {{and .big .zero .name}} {{or .zero .empty}} {{not .zero}}",
          "{{printf \"%s|%10s|%-10s|%.2s|%5.1s|\" .name .name .name .name .name}}",
          "{{printf \"%d|%8d|%-8d|%08d|%+d|%x\" .size .size .size .size .size .size}}",
          "{{printf \"%d|%8d|%-8d|%08d|%+d\" .less .less .less .less .less}}",
          "{{printf \"%v %v %v %t\" .name .size .big .big}}",
          "{{printf \"%q %%\" .name}}",
          "{{printf \"%.2f|%8.1f|%f|%-7.1f|%06.2f\" 1.5 2.25 0.5 1.5 -1.5}}",
          "{{.name | printf \"%s-%s\" \"a\"}}",
          "{{len (printf \"%03d\" 7)}}",
          "{{index .list 1 \"n\"}}{{(index .list 0).n}}{{index .map \"a-b\"}}",
          "{{eq .size 1234}} {{eq .name \"a\" \"web\"}} {{ne .name \"web\"}} {{lt 1 2}} {{ge 2 3}}",
          "{{eq 1.5 1.5}} {{lt 1.25 1.5}}",
          "{{len .tags}}{{len .map}}{{len .name}}{{slice .name 1}}{{slice .name 0 2}}",
          "{{len .size}}",
          "{{index .tags 3}}",
          "{{.nothing}}",
          "{{.name.x}}",
          "{{range .size}}{{end}}",
          "{{join .tags \", \"}} {{json .tags}} {{json .map.k}} {{split .name \"e\" | json}}",
          "{{print .name .size}} {{println .name .size}}",
          "a  {{- .name -}}  b {{ .size -}} \n c",
          "{{/* no */}}x{{- /* no */ -}} y",
          "{{if .zero}}a{{else if .empty}}b{{else}}c{{end}}",
          "{{`a`}}{{\"\\n\\t\\\"\\\\\"}}{{é}}{{true}}",
          "{{if .name}}a{{else}}b{{else}}c{{end}}",
          "{{.name}}{{end}}",
          "{{if .name}}",
          "{{1 | 2}}",
          "{{.a-b}}",
          "{{}}");

  private static final String[] WORDS = {
    "{{", "}}", "{{", "}}", ".name", ".tags", ".map", ".", "$", "$x", " := ", " = ", ", ", " ", " ",
    "if ", "range ", "with ", "end", "else", " | ", "(", ")", "len ", "index ", "print ", "and ",
    "or ", "not ", "eq ", "printf ", "\"%s\"", "\"%d\"", "1", "0", "-", "\"k\"", "x", "\n"
  };

  /** Whole actions, of which more are templates. */
  private static final String[] ACTIONS = {
    "{{.name}}",
    "{{range .tags}}",
    "{{range $i, $e := .list}}",
    "{{range $k, $v := .map}}",
    "{{with .map}}",
    "{{with $x := .name}}",
    "{{if .zero}}",
    "{{if and .big .name}}",
    "{{else}}",
    "{{else if .name}}",
    "{{end}}",
    "{{end}}",
    "{{end}}",
    "{{$x := .size}}",
    "{{$x = 3}}",
    "{{$x}}",
    "{{$i}}",
    "{{$k}}",
    "{{.n}}",
    "{{.k}}",
    "{{$.size}}",
    "{{- $e -}}",
    " text ",
    "{{len .}}",
    "{{or .n $x}}",
    "{{printf \"%v-%d\" .n $i}}",
    "{{not $i}}",
    "{{index . \"k\"}}"
  };

  @TempDir Path folder;

  @Test
  void fillsInAsGoDoes() throws IOException {
    JsonValue data =
        new JsonValue.Members(JsonObject.parse(DATA.getBytes(StandardCharsets.UTF_8), "data"));
    List<String> templates = new ArrayList<>(TEMPLATES);
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 20_000; i++) {
      templates.add(some(random, i % 2 == 0 ? WORDS : ACTIONS));
    }
    List<String> go = byGo(templates);
    int filled = 0;
    for (int i = 0; i < templates.size(); i++) {
      String ours = byFlint(templates.get(i), data);
      // Flint is stricter than Go, prints lists and objects as JSON, and has what came with Go
      // 1.23.
      boolean isChosen = i < TEMPLATES.size();
      boolean isAlike =
          !go.get(i).contains("[") && !templates.get(i).matches("(?s).*else\\s+with.*");
      if (isChosen || (!ours.equals("null") && isAlike)) {
        // Null is nothing here.
        String wanted = go.get(i).replaceAll("<no value>|<nil>", "");
        assertEquals(wanted, ours, templates.get(i));
        filled++;
      }
    }
    assertTrue(filled > 1000, "so many are templates: " + filled);
  }

  private static String some(SplittableRandom random, String... words) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(14); i > 0; i--) {
      text.append(words[random.nextInt(words.length)]);
    }
    return text.toString();
  }

  private static String byFlint(String template, JsonValue data) {
    try {
      return new JsonValue.Text(Template.parse(template).render(data)).json();
    } catch (FlintException e) {
      return "null";
    }
  }

  private List<String> byGo(List<String> templates) throws IOException {
    Path go = Peers.require("go");
    Path source = folder.resolve(SOURCE);
    try (InputStream in =
        Objects.requireNonNull(GoTemplateIT.class.getResourceAsStream(SOURCE), SOURCE)) {
      Files.copy(in, source);
    }
    Path program = folder.resolve("go-template");
    Command.run(
            "env",
            "GO111MODULE=off",
            "GOFLAGS=",
            "CGO_ENABLED=0",
            go,
            "build",
            "-o",
            program,
            source)
        .ok();
    StringBuilder input = new StringBuilder(DATA).append('\n');
    templates.forEach(each -> input.append(new JsonValue.Text(each).json()).append('\n'));
    Path file = Files.writeString(folder.resolve("input"), input);
    List<String> answers = new ArrayList<>();
    for (String line :
        Command.run("sh", "-c", "exec \"$1\" <\"$2\"", "sh", program, file)
            .ok()
            .out()
            .lines()
            .toList()) {
      answers.add(line.equals("null") ? line : text(line));
    }
    return answers;
  }

  /** In the same spelling, as Go escapes more. */
  private static String text(String json) throws FlintException {
    byte[] object = ("{\"text\":" + json + "}").getBytes(StandardCharsets.UTF_8);
    return new JsonValue.Text(JsonObject.parse(object, "Go's answer").requiredString("text"))
        .json();
  }
}
