-- How many players are there in the league?
-- Count all players.
SELECT count(*) FROM player

-- List the names of all teams.
-- What are the team names?
SELECT name FROM team

-- What is the highest number of goals scored by one player?
SELECT max(goals) FROM player

-- Which players come from England? Show their names.
-- Give the names of the players whose country is England.
SELECT name FROM player WHERE country = 'England'

-- How many games had an attendance over 25000?
-- Count the games with more than 25000 spectators.
SELECT count(*) FROM game WHERE attendance > 25000

-- What are the different countries of the players?
SELECT DISTINCT country FROM player

-- List stadium names from the newest to the oldest.
-- Show the names of the stadiums, the most recently opened first.
SELECT name FROM stadium ORDER BY opened_year DESC

-- How many goals did all players score together?
-- What is the total number of goals of the players?
SELECT sum(goals) FROM player

-- What are the name and capacity of each stadium?
-- Show every stadium with its capacity.
SELECT name, capacity FROM stadium

-- Which player scored the most goals? Give the name.
-- What is the name of the top scorer?
SELECT name FROM player ORDER BY goals DESC LIMIT 1

-- Who are the three best paid players? Show name and salary.
-- List the names and salaries of the 3 players with the highest salary.
SELECT name, salary FROM player ORDER BY salary DESC LIMIT 3

-- How many players are there for each position?
-- Show every position and its number of players.
SELECT position, count(*) FROM player GROUP BY position

-- What is the average salary of players by position?
SELECT position, avg(salary) FROM player GROUP BY position

-- What are the names of forwards older than 26? Their position is Forward.
-- Which players with position Forward are more than 26 years old?
SELECT name FROM player WHERE position = 'Forward' AND age > 26

-- Show the name of each player and the name of his team.
-- List all players with their team names.
SELECT T1.name, T2.name FROM player AS T1 JOIN team AS T2 ON T1.team_id = T2.team_id

-- Which players play for Leeds Victoria?
-- Give the names of the players of the team Leeds Victoria.
SELECT T1.name FROM player AS T1 JOIN team AS T2 ON T1.team_id = T2.team_id WHERE T2.name = 'Leeds Victoria'

-- Who coaches Hull Mariners?
-- What is the name of the coach of the team Hull Mariners?
SELECT T1.name FROM coach AS T1 JOIN team AS T2 ON T1.team_id = T2.team_id WHERE T2.name = 'Hull Mariners'

-- What are the home goals and away goals of games played in October 2022, from 2022-10-01 to 2022-10-31?
SELECT home_goals, away_goals FROM game WHERE game_date BETWEEN '2022-10-01' AND '2022-10-31'

-- Which teams have a name that begins with Leeds? Show name and founded year.
SELECT name, founded_year FROM team WHERE name LIKE 'Leeds%'

-- Which countries have more than 3 players?
-- List the countries that at least four players come from.
SELECT country FROM player GROUP BY country HAVING count(*) > 3

-- What is the average goal count of players in each team? Show the team name.
-- Show each team's name and the average number of goals of its players.
SELECT T1.name, avg(T2.goals) FROM team AS T1 JOIN player AS T2 ON T1.team_id = T2.team_id GROUP BY T1.team_id

-- Which stadiums were opened before 1930 or hold more than 30000 people? Give name and city.
-- Show name and city of stadiums with a capacity above 30000 or opened earlier than 1930.
SELECT name, city FROM stadium WHERE opened_year < 1930 OR capacity > 30000

-- Which players scored more goals than the average player?
-- Find the names of players whose goals are above the average.
SELECT name FROM player WHERE goals > (SELECT avg(goals) FROM player)

-- Which countries have both a coach and a player?
SELECT country FROM coach INTERSECT SELECT country FROM player

-- Which countries have players but no coach?
-- Find the countries of players from which no coach comes.
SELECT country FROM player EXCEPT SELECT country FROM coach

-- What are the names of teams without a goalkeeper? The position is called Goalkeeper.
-- Which teams have no player in the Goalkeeper position?
SELECT name FROM team WHERE team_id NOT IN (SELECT team_id FROM player WHERE position = 'Goalkeeper')

-- Which team has the most players? Show the name.
SELECT T1.name FROM team AS T1 JOIN player AS T2 ON T1.team_id = T2.team_id GROUP BY T1.team_id ORDER BY count(*) DESC LIMIT 1

-- Which team's players scored the most goals in total? Give the team name and the sum of goals.
-- Show the name of the team with the highest total of player goals, and that total.
SELECT T1.name, sum(T2.goals) FROM team AS T1 JOIN player AS T2 ON T1.team_id = T2.team_id GROUP BY T1.team_id ORDER BY sum(T2.goals) DESC LIMIT 1

-- Show the names of the players coached by Pietro Salvi.
-- Which players have Pietro Salvi as their coach?
SELECT T1.name FROM player AS T1 JOIN team AS T2 ON T1.team_id = T2.team_id JOIN coach AS T3 ON T2.team_id = T3.team_id WHERE T3.name = 'Pietro Salvi'

-- How many home games did Norwich Rangers play with more than 1 home goal?
-- Count the home games of Norwich Rangers in which they scored more than 1 home goal.
SELECT count(*) FROM game AS T1 JOIN team AS T2 ON T1.home_team_id = T2.team_id WHERE T2.name = 'Norwich Rangers' AND T1.home_goals > 1

-- Which teams have both a player from England and a player from Italy?
-- Find the names of teams where players from England and from Italy play.
SELECT T1.name FROM team AS T1 JOIN player AS T2 ON T1.team_id = T2.team_id WHERE T2.country = 'England' INTERSECT SELECT T1.name FROM team AS T1 JOIN player AS T2 ON T1.team_id = T2.team_id WHERE T2.country = 'Italy'

-- What is the name of the stadium where the youngest player is at home?
-- In which stadium does the team of the youngest player play? Give the stadium name.
SELECT T1.name FROM stadium AS T1 JOIN team AS T2 ON T1.stadium_id = T2.stadium_id JOIN player AS T3 ON T2.team_id = T3.team_id ORDER BY T3.age LIMIT 1

-- Which teams have players whose average salary is over 45000? Show the team name and the average, the richest team first.
SELECT T1.name, avg(T2.salary) FROM team AS T1 JOIN player AS T2 ON T1.team_id = T2.team_id GROUP BY T1.team_id HAVING avg(T2.salary) > 45000 ORDER BY avg(T2.salary) DESC

-- What are the names and ages of players who are older than every player of Leeds Victoria from England?
-- Which players are older than all players from England at Leeds Victoria? Show names and ages.
SELECT name, age FROM player WHERE age > (SELECT max(T1.age) FROM player AS T1 JOIN team AS T2 ON T1.team_id = T2.team_id WHERE T2.name = 'Leeds Victoria' AND T1.country = 'England')

-- Which cities have a team founded before 1890 or a stadium with more than 30000 seats?
-- List the cities with a team from before 1890, together with the cities that have a stadium with a capacity over 30000.
SELECT city FROM team WHERE founded_year < 1890 UNION SELECT city FROM stadium WHERE capacity > 30000

-- Show the name and goals of the players from Portugal, the best scorer first.
-- List names and goals of all players from Portugal in descending order of goals.
SELECT name, goals FROM player WHERE country = 'Portugal' ORDER BY goals DESC

-- How many players older than 25 does each country have?
-- For every country, count the players who are more than 25 years old.
SELECT country, count(*) FROM player WHERE age > 25 GROUP BY country

-- How many players of Leeds Victoria are there?
-- Count the players of the team Leeds Victoria.
SELECT count(*) FROM player AS T1 JOIN team AS T2 ON T1.team_id = T2.team_id WHERE T2.name = 'Leeds Victoria'

-- What is the total attendance of all games, and what was the largest one?
SELECT sum(attendance), max(attendance) FROM game

-- In which stadium was the largest attendance of all games? Show the stadium name and city.
-- Give the name and the city of the stadium whose home game had the highest attendance.
SELECT T1.name, T1.city FROM stadium AS T1 JOIN team AS T2 ON T1.stadium_id = T2.stadium_id JOIN game AS T3 ON T2.team_id = T3.home_team_id ORDER BY T3.attendance DESC LIMIT 1
