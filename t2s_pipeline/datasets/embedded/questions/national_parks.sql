-- How many parks are there?
-- What is the number of parks?
SELECT count(*) FROM park

-- Show the names of all rangers.
SELECT name FROM ranger

-- Which parks are in Utah? List their names.
-- Give the names of the parks in the state of Utah.
SELECT name FROM park WHERE state = 'Utah'

-- What is the average length of a trail?
-- How long are the trails on average?
SELECT avg(length) FROM trail

-- How many trails have an easy difficulty?
-- Count the trails whose difficulty is easy.
SELECT count(*) FROM trail WHERE difficulty = 'easy'

-- What different families do the animals belong to?
SELECT DISTINCT family FROM animal

-- List park names from the oldest park to the newest.
SELECT name FROM park ORDER BY founded_year

-- List the name and state of every park.
-- Show all parks with their states.
SELECT name, state FROM park

-- Show the name and status of all animals of the cat family.
-- Which animals belong to the family cat? Give name and status.
SELECT name, status FROM animal WHERE family = 'cat'

-- What is the longest trail called?
-- Show the name of the trail with the greatest length.
SELECT name FROM trail ORDER BY length DESC LIMIT 1

-- Which campsite is the cheapest? Give the name and the fee.
-- Show name and fee of the campsite with the lowest fee.
SELECT name, fee FROM campsite ORDER BY fee LIMIT 1

-- How many parks does each state have?
SELECT state, count(*) FROM park GROUP BY state

-- What is the average trail length for each difficulty?
-- Show every difficulty and the average length of its trails.
SELECT difficulty, avg(length) FROM trail GROUP BY difficulty

-- Show each trail's name and the name of the park it is in.
SELECT T1.name, T2.name FROM trail AS T1 JOIN park AS T2 ON T1.park_id = T2.park_id

-- Which trails are in Lost Lakes?
-- What are the names of the trails in the park Lost Lakes?
SELECT T1.name FROM trail AS T1 JOIN park AS T2 ON T1.park_id = T2.park_id WHERE T2.name = 'Lost Lakes'

-- Which rangers work in Granite Basin? Show name and age.
-- Show the name and age of the rangers of the park Granite Basin.
SELECT T1.name, T1.age FROM ranger AS T1 JOIN park AS T2 ON T1.park_id = T2.park_id WHERE T2.name = 'Granite Basin'

-- How many campsites are in parks of Montana?
SELECT count(*) FROM campsite AS T1 JOIN park AS T2 ON T1.park_id = T2.park_id WHERE T2.state = 'Montana'

-- Which hard trails are longer than 12? Show the names. The difficulty is hard.
SELECT name FROM trail WHERE difficulty = 'hard' AND length > 12

-- Which rangers were hired between 2010-01-01 and 2019-12-31? Show their names and hire dates.
-- Give name and hire date of rangers hired from 2010-01-01 to 2019-12-31.
SELECT name, hire_date FROM ranger WHERE hire_date BETWEEN '2010-01-01' AND '2019-12-31'

-- Which trails have Loop in their name? Give the name and the length.
-- Find the name and length of every trail with the word Loop in its name.
SELECT name, length FROM trail WHERE name LIKE '%Loop%'

-- Which animal families have more than 2 animals?
SELECT family FROM animal GROUP BY family HAVING count(*) > 2

-- How many sightings does each park have? Show the park name.
-- For every park with a sighting, give the park name and the number of sightings.
SELECT T1.name, count(*) FROM park AS T1 JOIN sighting AS T2 ON T1.park_id = T2.park_id GROUP BY T1.park_id

-- Which animals have never been sighted?
-- Give the names of animals for which there is no sighting.
SELECT name FROM animal WHERE animal_id NOT IN (SELECT animal_id FROM sighting)

-- Which parks are larger than the average park?
-- Find the names of the parks with an area above average.
SELECT name FROM park WHERE area > (SELECT avg(area) FROM park)

-- Which parks have no trail of hard difficulty? Show the park names.
-- Find the names of parks where no trail has the difficulty hard.
SELECT name FROM park WHERE park_id NOT IN (SELECT park_id FROM trail WHERE difficulty = 'hard')

-- Which animals were seen in the park Bison Prairie? List each animal name once.
SELECT DISTINCT T1.name FROM animal AS T1 JOIN sighting AS T2 ON T1.animal_id = T2.animal_id JOIN park AS T3 ON T2.park_id = T3.park_id WHERE T3.name = 'Bison Prairie'

-- Which animal has the most sightings? Give its name and family.
-- Show the name and family of the animal that was sighted most often.
SELECT T1.name, T1.family FROM animal AS T1 JOIN sighting AS T2 ON T1.animal_id = T2.animal_id GROUP BY T1.animal_id ORDER BY count(*) DESC LIMIT 1

-- Which parks have both an easy trail and a hard trail?
-- Find the names of parks with a trail of difficulty easy and a trail of difficulty hard.
SELECT T1.name FROM park AS T1 JOIN trail AS T2 ON T1.park_id = T2.park_id WHERE T2.difficulty = 'easy' INTERSECT SELECT T1.name FROM park AS T1 JOIN trail AS T2 ON T1.park_id = T2.park_id WHERE T2.difficulty = 'hard'

-- Which park has the most places on its campsites? Show the name and the total number of places.
-- Give the name of the park with the highest sum of campsite places, and that sum.
SELECT T1.name, sum(T2.places) FROM park AS T1 JOIN campsite AS T2 ON T1.park_id = T2.park_id GROUP BY T1.park_id ORDER BY sum(T2.places) DESC LIMIT 1

-- Which rangers have never seen a Bald Eagle? Show their names.
SELECT name FROM ranger EXCEPT SELECT T1.name FROM ranger AS T1 JOIN sighting AS T2 ON T1.ranger_id = T2.ranger_id JOIN animal AS T3 ON T2.animal_id = T3.animal_id WHERE T3.name = 'Bald Eagle'

-- What are the names of parks founded before 1960 with more than one campsite? Also show the number of campsites.
SELECT T1.name, count(*) FROM park AS T1 JOIN campsite AS T2 ON T1.park_id = T2.park_id WHERE T1.founded_year < 1960 GROUP BY T1.park_id HAVING count(*) > 1

-- Which ranger reported the most sightings? Show the name and the age of the ranger.
SELECT T1.name, T1.age FROM ranger AS T1 JOIN sighting AS T2 ON T1.ranger_id = T2.ranger_id GROUP BY T1.ranger_id ORDER BY count(*) DESC LIMIT 1

-- In which park is the longest trail of moderate difficulty? Give the park name and the trail name.
-- Show the park and the name of the longest trail whose difficulty is moderate.
SELECT T1.name, T2.name FROM park AS T1 JOIN trail AS T2 ON T1.park_id = T2.park_id WHERE T2.difficulty = 'moderate' ORDER BY T2.length DESC LIMIT 1

-- Which parks have seen both an Elk and a Moose? Give the park names.
-- Find the names of parks with a sighting of the animal Elk and a sighting of the animal Moose.
SELECT T1.name FROM park AS T1 JOIN sighting AS T2 ON T1.park_id = T2.park_id JOIN animal AS T3 ON T2.animal_id = T3.animal_id WHERE T3.name = 'Elk' INTERSECT SELECT T1.name FROM park AS T1 JOIN sighting AS T2 ON T1.park_id = T2.park_id JOIN animal AS T3 ON T2.animal_id = T3.animal_id WHERE T3.name = 'Moose'
