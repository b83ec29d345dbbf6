-- How many missions are there?
-- What is the total number of missions?
SELECT count(*) FROM mission

-- List the name of every rocket.
SELECT name FROM rocket

-- Which astronauts come from Canada? Show their names.
-- Give the names of astronauts with the country Canada.
SELECT name FROM astronaut WHERE country = 'Canada'

-- What is the height of the tallest rocket?
-- What is the maximum height of a rocket?
SELECT max(height) FROM rocket

-- How many missions had the target Mars?
-- Count the missions to Mars.
SELECT count(*) FROM mission WHERE target = 'Mars'

-- What are the different purposes of the satellites?
SELECT DISTINCT purpose FROM satellite

-- Show the names of the missions in the order of their launch date.
SELECT name FROM mission ORDER BY launch_date

-- List the names and countries of all agencies.
-- Show every agency with its country.
SELECT name, country FROM agency

-- Which satellites have the purpose weather? Show name and weight.
-- Give name and weight of all weather satellites.
SELECT name, weight FROM satellite WHERE purpose = 'weather'

-- Which mission lasted the most days? Give its name.
-- What is the name of the mission with the largest number of days?
SELECT name FROM mission ORDER BY days DESC LIMIT 1

-- Show the names and weights of the three heaviest satellites.
SELECT name, weight FROM satellite ORDER BY weight DESC LIMIT 3

-- How many missions went to each target?
-- Show each target and the number of missions.
SELECT target, count(*) FROM mission GROUP BY target

-- What is the average weight of satellites for each purpose?
SELECT purpose, avg(weight) FROM satellite GROUP BY purpose

-- Show the name of each mission and the name of its rocket.
-- Which rocket was used by which mission? List mission names and rocket names.
SELECT T1.name, T2.name FROM mission AS T1 JOIN rocket AS T2 ON T1.rocket_id = T2.rocket_id

-- Which missions flew with the rocket Liberty Heavy?
-- Show the names of the missions of the rocket Liberty Heavy.
SELECT T1.name FROM mission AS T1 JOIN rocket AS T2 ON T1.rocket_id = T2.rocket_id WHERE T2.name = 'Liberty Heavy'

-- Which rockets does the Euro Star Council have? Show name and height.
SELECT T1.name, T1.height FROM rocket AS T1 JOIN agency AS T2 ON T1.agency_id = T2.agency_id WHERE T2.name = 'Euro Star Council'

-- How many satellites belong to agencies from Japan?
-- Count the satellites of agencies in the country Japan.
SELECT count(*) FROM satellite AS T1 JOIN agency AS T2 ON T1.agency_id = T2.agency_id WHERE T2.country = 'Japan'

-- Which missions to the Moon took more than 20 days? Give their names.
-- Find the names of missions with the target Moon and over 20 days.
SELECT name FROM mission WHERE target = 'Moon' AND days > 20

-- Which missions were launched between 2000-01-01 and 2009-12-31? Show name and result.
-- List the name and result of missions with a launch date from 2000-01-01 to 2009-12-31.
SELECT name, result FROM mission WHERE launch_date BETWEEN '2000-01-01' AND '2009-12-31'

-- Which missions have Star in their name? Show the name and the days.
SELECT name, days FROM mission WHERE name LIKE '%Star%'

-- From which countries do at least 2 astronauts come?
-- Which countries have two or more astronauts, that is, at least 2?
SELECT country FROM astronaut GROUP BY country HAVING count(*) >= 2

-- How many satellites does each agency have? Show the agency name.
-- For each agency, show its name and how many satellites it has.
SELECT T1.name, count(*) FROM agency AS T1 JOIN satellite AS T2 ON T1.agency_id = T2.agency_id GROUP BY T1.agency_id

-- Which astronauts have never been in a crew?
-- Give the names of astronauts who were on no crew.
SELECT name FROM astronaut WHERE astronaut_id NOT IN (SELECT astronaut_id FROM crew)

-- Which agencies have no rocket? Show their names.
SELECT name FROM agency WHERE agency_id NOT IN (SELECT agency_id FROM rocket)

-- Which satellites are heavier than the average satellite?
-- Find the names of satellites with a weight above average.
SELECT name FROM satellite WHERE weight > (SELECT avg(weight) FROM satellite)

-- Which countries have astronauts but no agency?
SELECT country FROM astronaut EXCEPT SELECT country FROM agency

-- Who flew on the mission Deep Lantern? Show the names and roles.
-- Show the names and roles of the astronauts on Deep Lantern.
SELECT T1.name, T2.role FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronaut_id = T2.astronaut_id JOIN mission AS T3 ON T2.mission_id = T3.mission_id WHERE T3.name = 'Deep Lantern'

-- Which astronaut flew on the most missions? Give the name and the number of missions.
SELECT T1.name, count(*) FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronaut_id = T2.astronaut_id GROUP BY T1.astronaut_id ORDER BY count(*) DESC LIMIT 1

-- Which rockets were used for missions to both the Moon and Mars?
-- Find the names of rockets with a mission to the target Moon and one to the target Mars.
SELECT T1.name FROM rocket AS T1 JOIN mission AS T2 ON T1.rocket_id = T2.rocket_id WHERE T2.target = 'Moon' INTERSECT SELECT T1.name FROM rocket AS T1 JOIN mission AS T2 ON T1.rocket_id = T2.rocket_id WHERE T2.target = 'Mars'

-- Which astronauts were never the commander of a mission? Show their names.
-- Find the names of astronauts who never had the role commander.
SELECT name FROM astronaut EXCEPT SELECT T1.name FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronaut_id = T2.astronaut_id WHERE T2.role = 'commander'

-- Which agency used its rockets for the most missions? Show the agency name.
SELECT T1.name FROM agency AS T1 JOIN rocket AS T2 ON T1.agency_id = T2.agency_id JOIN mission AS T3 ON T2.rocket_id = T3.rocket_id GROUP BY T1.agency_id ORDER BY count(*) DESC LIMIT 1

-- Which rockets first used before 2000 have more than one mission with the result success? Show the rocket name and the number of those missions.
SELECT T1.name, count(*) FROM rocket AS T1 JOIN mission AS T2 ON T1.rocket_id = T2.rocket_id WHERE T1.first_year < 2000 AND T2.result = 'success' GROUP BY T1.rocket_id HAVING count(*) > 1

-- Which agency has the heaviest communication satellite? Show the agency name and the satellite name. The purpose is communication.
SELECT T1.name, T2.name FROM agency AS T1 JOIN satellite AS T2 ON T1.agency_id = T2.agency_id WHERE T2.purpose = 'communication' ORDER BY T2.weight DESC LIMIT 1

-- Which astronauts flew both to the Station and to the Moon? Give their names.
-- Find the names of astronauts with a mission to the target Station and a mission to the target Moon.
SELECT T1.name FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronaut_id = T2.astronaut_id JOIN mission AS T3 ON T2.mission_id = T3.mission_id WHERE T3.target = 'Station' INTERSECT SELECT T1.name FROM astronaut AS T1 JOIN crew AS T2 ON T1.astronaut_id = T2.astronaut_id JOIN mission AS T3 ON T2.mission_id = T3.mission_id WHERE T3.target = 'Moon'

-- Which missions to Mars took longer than the average mission to Mars? Show the name and days.
-- Show names and days of the Mars missions that lasted more days than the average Mars mission.
SELECT name, days FROM mission WHERE target = 'Mars' AND days > (SELECT avg(days) FROM mission WHERE target = 'Mars')
