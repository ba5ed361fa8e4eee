// The training that goes on in the lesson `network`: two nets on the same batches, in slices. The digits come
// later than the page, when somebody first asks for training; steps asked for before are taken then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "web/lessons/learned.h"
#include "web/lessons/lesson.h"
#include "web/training/training.h"

namespace app {

constexpr int kMostSteps = 100000;  // of all that is asked for

class LiveTraining {
 public:
  // The file of digits. On an error nothing changes.
  training::Error take_digits(const uint8_t* bytes, size_t size);
  bool has_digits() const { return digits_ != nullptr; }
  const std::shared_ptr<const training::Data>& digits() const { return digits_; }
  bool failed() const { return failed_ && !digits_; }
  // What could not be loaded may be tried again.
  void try_again() { failed_ = false; }

  // The page is at the nets' place: they are to be there, to be looked at before their first step.
  void open() { open_ = true; }
  // Which nets, and how. Another model, batch size or seed starts over; other rates hold from the next step
  // on. Whether it started over, or can go on after it has diverged.
  bool choose(const lessons::Settings& settings);
  // So many steps more than were asked for; advance() takes them. None while the training has diverged.
  void ask_for(int steps);
  void pause();
  // Weights as a file, and from one; before the digits are there neither can be. On an error nothing changes.
  training::Error save(std::vector<uint8_t>& bytes, training::Net net) const;
  training::Error load(training::Net net, const uint8_t* bytes, size_t size);
  int64_t goal() const { return goal_; }
  // Whether advance() has something to do, or would have if the digits were there.
  bool wanted() const;
  // How much of the digits' file has come, 0 … 1.
  void note_arrived(float share) { arrived_ = share; }
  // It could not be loaded; nothing is wanted until steps are asked for again.
  void note_failed();
  // All that the lesson shows of it.
  lessons::Learned learned() const;
  // Discards what was learned and what was asked for.
  void reset();

  // Goes on for about `budget` multiply-adds. Whether there is more to do.
  bool advance(double budget);
  // Zero steps and no numbers yet before the first slice.
  training::Metrics metrics() const;
  // The nets and their curves; nullptr before the first slice.
  const training::Training* nets() const { return nets_ ? &*nets_ : nullptr; }

 private:
  bool begin();
  std::shared_ptr<const training::Data> digits_;
  std::optional<training::Training> nets_;
  training::Setup setup_;
  int64_t goal_ = 0;
  bool open_ = false, failed_ = false, started_over_ = false;
  bool loaded_ = false;  // weights from a file
  float arrived_ = 0;
};

}  // namespace app
