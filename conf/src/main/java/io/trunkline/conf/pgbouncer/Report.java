package io.trunkline.conf.pgbouncer;

import io.trunkline.conf.ConfigProblem;
import java.util.ArrayList;
import java.util.List;

/// What is to be told of the files: mistakes, and notes.
record Report(List<ConfigProblem> problems, List<Note> notes) {
  Report() {
    this(new ArrayList<>(), new ArrayList<>());
  }

  void mistake(Place place, String found, String allowed) {
    problems.add(place.problem(found, allowed));
  }

  void needless(Place place, String why) {
    notes.add(Note.needless(place, why));
  }

  void lost(Place place, String why) {
    notes.add(Note.lost(place, why));
  }
}
