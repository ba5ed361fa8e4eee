// The experiments that are tried in the page, in slices. The one that is chosen goes on when it is asked to;
// the others keep what they have measured.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "web/lessons/lesson.h"
#include "web/lessons/tried.h"
#include "web/training/experiment.h"

namespace app {

constexpr int kMostExperimentSteps = 5000;  // of each training

class LiveExperiments {
 public:
  // Which is looked at, and the seed of all. Another one pauses what runs; another seed discards everything.
  void choose(const lessons::Settings& settings);
  // Begins the chosen one or goes on with it. `steps` of each training, 0: as many as the question needs;
  // another number starts over.
  void run(int steps = 0);
  void pause() { running_ = false; }
  // Back to the start of the chosen one; of all.
  void reset();
  void reset_all();

  bool wanted() const { return running_; }
  // What run() was given for the chosen one.
  int steps() const { return chosen() ? chosen()->steps : 0; }
  // Goes on for about `budget` multiply-adds. Whether there is more to do.
  bool advance(std::shared_ptr<const training::Data> digits, double budget);
  // Moves on whenever there is more to show: a point of a curve, a cell of a map, a per cent of the whole.
  unsigned seen() const { return seen_; }
  // What the lesson shows of the chosen one; nullptr before it was begun.
  std::shared_ptr<const lessons::Tried> tried() const;

 private:
  struct Live {
    training::Experiment experiment;
    int steps = 0;
    bool made = false;  // once the digits are there
  };
  const Live* chosen() const;

  std::string name_;
  uint64_t seed_ = 0;
  bool running_ = false;
  unsigned seen_ = 0;
  std::map<std::string, Live> live_;
};

}  // namespace app
