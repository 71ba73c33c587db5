package dev.flint.cli.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static final String DATA =
      """
      {"name": "web", "size": 1234, "big": true, "none": null, "empty": "", "zero": 0,
       "tags": ["a", "b", "c"], "no": [], "map": {"k": "v", "a-b": 2}, "eol": "x\\ny",
       "evil": "\\u001b[31m\\u202e", "list": [{"n": 1}, {"n": 2}]}
      """;

  private static JsonValue data() throws FlintException {
    byte[] bytes = DATA.getBytes(StandardCharsets.UTF_8);
    return new JsonValue.Members(JsonObject.parse(bytes, "data"));
  }

  private static String render(String template) throws FlintException {
    return Template.parse(template).render(data());
  }

  /** What Go prints for each, but for null, which is nothing here as in docker. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '\u0001',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "plain@plain",
        "{{.name}}@web",
        "{{ .name }}:{{.size}}@web:1234",
        "{{$.name}}@web",
        "{{.map.k}}@v",
        "{{(.map).k}}@v",
        "{{json .map}}@{\"k\":\"v\",\"a-b\":2}",
        "{{.tags}}@[\"a\",\"b\",\"c\"]",
        "{{.tags | json}}@[\"a\",\"b\",\"c\"]",
        "{{index .tags 0}}@a",
        "{{index .map \"a-b\"}}@2",
        "{{index .map \"other\"}}|@|",
        "{{index .list 1 \"n\"}}@2",
        "{{(index .list 1).n}}@2",
        "{{len .tags}}{{len .name}}{{len .map}}@332",
        "{{join .tags \", \"}}@a, b, c",
        "{{join (split .name \"e\") \"-\"}}@w-b",
        "{{.name | upper | lower | len}}@3",
        "{{slice .name 1}}{{slice .name 0 1}}@ebw",
        "{{if .big}}yes{{else}}no{{end}}@yes",
        "{{if .zero}}a{{else if .empty}}b{{else}}c{{end}}@c",
        "{{if .none}}a{{else if .name}}b{{end}}@b",
        "{{with .map}}{{.k}}{{$.name}}{{end}}@vweb",
        "{{with .no}}a{{else}}b{{end}}@b",
        "{{range .tags}}<{{.}}>{{end}}@<a><b><c>",
        "{{range .no}}a{{else}}none{{end}}@none",
        "{{range .list}}{{.n}}{{range $.tags}}{{.}}{{end}}{{end}}@1abc2abc",
        "{{range .map}}{{.}},{{end}}@2,v,",
        "{{range $k, $v := .map}}{{$k}}={{$v}},{{end}}@a-b=2,k=v,",
        "{{range $i, $e := .tags}}{{if $i}}, {{end}}{{$e}}{{end}}@a, b, c",
        "{{$x := .name}}{{range .tags}}{{$x = .}}{{end}}{{$x}}@c",
        "{{with .no}}a{{else with .map}}{{.k}}{{end}}@v",
        "{{and .zero (index .tags 9)}} {{or .name (index .tags 9)}}@0 web",
        "{{.size | printf \"%-6d|%s|%.1f\" 5 \"x\"}}@5     |x|1234.0",
        "{{printf \"%08.3f|%+d|%5s|%q\" 1.5 .size .name \"é\"}}@0001.500|+1234|  web|\"\\u00e9\"",
        "{{9007199254740993}} {{eq 9007199254740993 9007199254740992}}@9007199254740993 false",
        "{{eq .name \"a\" \"web\"}} {{ne .size 1}} {{lt .size 2000}} {{ge 2 2}}@true true true true",
        "{{and .big .name}} {{or .zero .name}} {{not .big}} {{eq true .big}}@web web false true",
        "{{print .name .size}}@web1234",
        "a {{- .name -}} b@a{{- .name -}} b",
        "{{\"}}\"}}{{`\\n`}}{{\"\\\\\\\"\"}}@}}\\n\\\"",
        "{{/* {{ nothing }} */}}x@x"
      })
  void isFilledIn(String template, String expected) throws FlintException {
    String wanted = expected.equals("a{{- .name -}} b") ? "awebb" : expected;
    assertEquals(wanted, render(template));
  }

  @Test
  void lineEndsAndTabsMayBeWrittenInEveryWay() throws FlintException {
    assertEquals("web\t1234\n", render("{{.name}}\\t{{.size}}\\n"));
    assertEquals("web\t1234\n", render("{{.name}}{{\"\\t\"}}{{.size}}{{\"\\n\"}}"));
    assertEquals("web 1234\n", render("{{println .name .size}}"));
  }

  @Test
  void whatATerminalWouldObeyIsNeverPrinted() throws FlintException {
    assertEquals("\\u{1b}[31m\\u{202e}", render("{{.evil}}"));
    assertEquals("\"\\u001b[31m\\u202e\"", render("{{json .evil}}").replace("\\u001B", "\\u001b"));
    assertEquals("x\ny", render("{{.eol}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{.missing}}",
        "{{.map.missing}}",
        "{{.name.x}}",
        "{{.none.x}}",
        "{{if .missing}}a{{end}}",
        "{{range .name}}{{end}}",
        "{{index .tags 3}}",
        "{{index .tags \"a\"}}",
        "{{index .tags -1}}",
        "{{index .name 0}}",
        "{{slice .name 2 1}}",
        "{{slice .name 0 9}}",
        "{{join .name \",\"}}",
        "{{upper .size}}",
        "{{lt .name .size}}",
        "{{printf \"%d\" .name}}",
        "{{printf \"%d\" 1.5}}",
        "{{printf \"%t\" .name}}",
        "{{printf \"%s\"}}",
        "{{printf \"x\" .name}}",
        "{{printf \"%z\" .name}}",
        "{{printf \"%\"}}",
        "{{len .size}}"
      })
  void refusesWhatIsNotThere(String template) throws FlintException {
    Template parsed = Template.parse(template);
    JsonValue data = data();
    FlintException e = assertThrows(FlintException.class, () -> parsed.render(data));
    assertEquals(ErrorCode.USAGE, e.code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{",
        "{{}}",
        "{{.a",
        "{{nope .a}}",
        "{{.a .b}}",
        "{{.a | .b}}",
        "{{.a |}}",
        "{{len}}",
        "{{json .a .b}}",
        "{{if .a}}",
        "{{if}}{{end}}",
        "{{end}}",
        "{{else}}",
        "{{if .a}}{{else}}{{else}}{{end}}",
        "{{range .a}}{{else x}}{{end}}",
        "{{if .a}}{{end x}}",
        "{{(.a}}",
        "{{.a)}}",
        "{{\"a}}",
        "{{\"\\q\"}}",
        "{{$x}}",
        "{{$x = 1}}",
        "{{if .a}}{{$x := 1}}{{end}}{{$x}}",
        "{{range $a, $b, $c := .a}}{{end}}",
        "{{. := 1}}",
        "{{1.5.2}}",
        "{{template \"x\"}}",
        "{{/* a }}",
        "{{len upper .a}}"
      })
  void refusesWhatIsNoTemplate(String template) {
    FlintException e = assertThrows(FlintException.class, () -> Template.parse(template));
    assertEquals(ErrorCode.USAGE, e.code());
    assertFalse(String.valueOf(e.getMessage()).contains("\n"), e.getMessage());
  }

  @Test
  void saysWhatThereIs() throws FlintException {
    Template parsed = Template.parse("{{.map.Digest}}");
    JsonValue data = data();
    FlintException e = assertThrows(FlintException.class, () -> parsed.render(data));
    assertEquals("the template asks for .Digest, which is not there", e.getMessage());
    assertEquals("there are: k, a-b", e.remedy());
  }

  @ParameterizedTest
  @CsvSource({
    "{{if .big}}a{{else}}b{{else}}c{{end}}, has an else after the else at character 22",
    "a{{.a-b}}, other names than a_Z9",
    "{{$x}}, has no variable $x here at character 1",
    "{{if .big}}a{{end b}}, has something after an else or end at character 13",
    "{{with .big}}a{{else if .b}}{{end}}, has something after an else or end at character 15",
    "{{range .tags}}a{{else if .b}}{{end}}, has something after an else or end at character 17",
    "{{if .big}}a, has no end for what begins at character 1"
  })
  void saysWhatIsWrongAndWhere(String template, String expected) {
    FlintException e = assertThrows(FlintException.class, () -> Template.parse(template));
    assertTrue(FlintException.line(e).contains(expected), FlintException.line(e));
  }

  @Test
  void isBounded() throws FlintException {
    String deep = "{{if .big}}".repeat(60) + "{{end}}".repeat(60);
    assertThrows(FlintException.class, () -> Template.parse(deep));
    String parentheses = "{{" + "(".repeat(60) + ".a" + ")".repeat(60) + "}}";
    assertThrows(FlintException.class, () -> Template.parse(parentheses));
    assertThrows(FlintException.class, () -> Template.parse("x".repeat(Template.MAX_LENGTH + 1)));
    String nested = "{{range $.tags}}".repeat(20) + "x" + "{{end}}".repeat(20);
    JsonValue data = data();
    Template many = Template.parse(nested);
    assertThrows(FlintException.class, () -> many.render(data));
    for (String chain : List.of(".a".repeat(60), ".name" + "|json".repeat(60))) {
      assertThrows(FlintException.class, () -> Template.parse("{{" + chain + "}}"));
    }
    // Each doubles the length.
    Template twice = Template.parse("{{.evil" + "|json".repeat(45) + "}}");
    assertThrows(FlintException.class, () -> twice.render(data));
    String quoted = "\\\"".repeat(20_000);
    assertEquals(20_000, render("{{\"" + quoted + "\"}}").length());
  }

  @Test
  void failsOnlyAsItShouldWhateverTheText() throws FlintException {
    String[] words = {
      "{{", "}}", "{{", "}}", ".", ".name", ".tags", "$", " ", "if ", "range ", "end", "else", "|",
      "(", ")", "len ", "json ", "\"", "`", "\\", "-", " -", "/*", "*/", "1", "x", "\n", "é"
    };
    SplittableRandom random = new SplittableRandom(8);
    JsonValue data = data();
    int rendered = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(14); i > 0; i--) {
        text.append(words[random.nextInt(words.length)]);
      }
      try {
        Template.parse(text.toString()).render(data);
        rendered++;
      } catch (FlintException e) {
        assertEquals(ErrorCode.USAGE, e.code(), text.toString());
      }
    }
    assertTrue(rendered > 1000, "some are templates: " + rendered);
  }

  @Test
  void textWithoutBracesIsItself() throws FlintException {
    SplittableRandom random = new SplittableRandom(9);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append("ab {}|().$\"`-*/\n\té".charAt(random.nextInt(18)));
      }
      String plain = text.toString().replace("{{", "");
      assertEquals(plain, render(plain));
    }
  }
}
