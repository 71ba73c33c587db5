package dev.flint.agent.kube.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Terms that must all hold: {@code a=b}, {@code a==b}, {@code a!=b}, {@code a}, {@code !a}. */
record Selector(List<Term> terms) {
  private static final Set<String> FIELDS = Set.of("metadata.name", "metadata.namespace");
  private static final Set<String> POD_FIELDS =
      Set.of("spec.nodeName", "spec.restartPolicy", "status.phase", "status.podIP");
  private static final Set<String> EVENT_FIELDS =
      Set.of(
          "involvedObject.kind",
          "involvedObject.name",
          "involvedObject.namespace",
          "involvedObject.uid",
          "reason",
          "type");

  /**
   * @param value absent if the name alone matters
   */
  record Term(String name, Optional<String> value, boolean holds) {
    boolean test(Optional<String> actual) {
      return (value.isEmpty() ? actual.isPresent() : actual.equals(value)) == holds;
    }
  }

  static Selector parse(String text) throws Refusal {
    List<Term> terms = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      if (part.matches(".*[ ()].*")) {
        throw Refusal.badRequest("this server knows no sets in selectors: " + text);
      }
      int at = part.indexOf('=');
      if (at < 0) {
        boolean not = part.startsWith("!");
        terms.add(new Term(not ? part.substring(1) : part, Optional.empty(), !not));
        continue;
      }
      boolean not = at > 0 && part.charAt(at - 1) == '!';
      String value = part.substring(part.startsWith("==", at) ? at + 2 : at + 1);
      terms.add(new Term(part.substring(0, not ? at - 1 : at), Optional.of(value), !not));
    }
    return new Selector(terms);
  }

  static Selector fields(String text, Resource resource) throws Refusal {
    Selector selector = parse(text);
    for (Term term : selector.terms) {
      boolean known =
          FIELDS.contains(term.name)
              || (resource == Resource.PODS && POD_FIELDS.contains(term.name))
              || (resource == Resource.EVENTS && EVENT_FIELDS.contains(term.name));
      if (!known || term.value.isEmpty()) {
        throw Refusal.badRequest("field label not supported: " + term.name);
      }
    }
    return selector;
  }

  /** The value that a field must have. */
  Optional<String> wanted(String name) {
    return terms.stream()
        .filter(term -> term.name.equals(name) && term.holds)
        .findFirst()
        .flatMap(Term::value);
  }

  boolean testLabels(Tree object) {
    return test(name -> object.text("metadata", "labels", name));
  }

  boolean testFields(Tree object) {
    // Fields that are not set are empty, unlike labels.
    return test(name -> Optional.of(object.text(name.split("\\.", -1)).orElse("")));
  }

  private boolean test(Function<String, Optional<String>> actual) {
    return terms.stream().allMatch(term -> term.test(actual.apply(term.name)));
  }
}
